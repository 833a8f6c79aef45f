import { access, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../scripts/cache-folder.ts";
import { runCommand, withHeartbeat } from "../../scripts/command.ts";
import { installDebianPackages } from "./install-debian.ts";
import { findProgram } from "./programs.ts";

/** The broker that the tests were written against; it needs Java 17. */
const version = "4.3.1";
const folder = join(cacheFolder(), `kafka-${version}`);

const dependency = (artifact: string) =>
  `<dependency><groupId>org.apache.kafka</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>integratedb</groupId><artifactId>kafka-for-tests</artifactId><version>1</version>
  <dependencies>${["kafka_2.13", "kafka-tools"].map(dependency).join("")}</dependencies>
</project>
`;

/** What runs Kafka: Java, and a class path. */
export interface Kafka {
  readonly java: string;
  readonly classPath: string;
}

/** Kafka, if Java is here and an earlier run has fetched the jars. */
export async function findKafka(): Promise<Kafka | undefined> {
  const java = await findProgram("java");
  const here = await access(folder).then(
    () => true,
    () => false,
  );
  return java && here ? { java, classPath: join(folder, "*") } : undefined;
}

/** @returns why it could not be done, or undefined once it is */
export async function installKafka(): Promise<string | undefined> {
  const missing = [
    ...((await findProgram("java")) ? [] : ["default-jre-headless"]),
    ...((await findProgram("mvn")) ? [] : ["maven"]),
  ];
  if (missing.length > 0) {
    const refusal = await installDebianPackages(missing);
    if (refusal) return `Java 17 and Maven are needed: ${refusal}`;
  }
  await mkdir(cacheFolder(), { recursive: true });
  console.log(`   Fetching Kafka ${version} with Maven into ${folder} (once, 130 MB)`);
  const draft = await mkdtemp(`${folder}-draft-`);
  try {
    await writeFile(join(draft, "pom.xml"), pom);
    const jars = join(draft, "jars");
    const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
    const args = ["-q", "-B", goal, `-DoutputDirectory=${jars}`, "-DincludeScope=runtime"];
    const { code, output } = await withHeartbeat(
      runCommand("mvn", args, { cwd: draft }),
      (elapsed) => `   mvn dependency:copy-dependencies: ${elapsed}`,
    );
    if (code !== 0) return `mvn: ${output.trim().slice(-400)}`;
    await rename(jars, folder);
    return undefined;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
