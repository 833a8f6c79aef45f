import type { ErrorEntry } from "./entry.ts";

/** 14xx: where a relay runs. */
export const platformErrors = {
  IDB1401: {
    title: "No Docker Engine",
    meaning: "Nothing speaks the Docker Engine API where a relay's container is to run.",
    remedy:
      "Start Docker, or say where it is: the relay's `dockerHost`, or the variable DOCKER_HOST (unix:///path, tcp://host:port, ssh://user@host).",
  },
  IDB1402: {
    title: "No right to use Docker",
    meaning: "The user who runs Pulumi may not open the socket of the Docker Engine.",
    remedy:
      "Run Pulumi as a user of the group that owns the socket (usually docker), or give `dockerHost` of an engine that lets you in.",
  },
  IDB1403: {
    title: "Image not found",
    meaning: "The Docker Engine does not have the relay's image, and could not pull it.",
    remedy:
      "Correct `image`, give the `registry` login of a private one, or build or load it at that engine.",
  },
  IDB1404: {
    title: "The relay is not ready",
    meaning:
      "The relay's container was started and ended, or did not come to be ready in time. It was removed again; one that ran before goes on.",
    remedy:
      "See its log lines: a code IDB4… there is explained in this page. A host that cannot be reached from inside the container needs `databaseHost`.",
  },
  IDB1405: {
    title: "The container's name is taken",
    meaning: "The Docker Engine has a container of that name that this resource did not make.",
    remedy: "Choose another `name`, or remove that container.",
  },
  IDB1406: {
    title: "Docker refused",
    meaning: "The Docker Engine refused a request for a reason that has no code of its own here.",
    remedy: "Read the engine's message, which is repeated in full.",
  },
  IDB1407: {
    title: "The cluster refuses",
    meaning:
      "The cluster was asked whether it takes the objects of a relay, before any of them was made, and refuses one, or could not be asked.",
    remedy:
      "Mend what the message names, or change the argument that it is about, and run `up` again.",
  },
} as const satisfies Record<string, ErrorEntry>;
