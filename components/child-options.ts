import type * as pulumi from "@pulumi/pulumi";

/**
 * Options of the resource inside a component. What Pulumi does not hand down from parent to child
 * is handed down here; `deletedWith` also from the database that a component works on.
 */
export function childOptions(
  parent: pulumi.ComponentResource,
  opts: pulumi.ComponentResourceOptions,
  inherited?: pulumi.Resource,
): pulumi.CustomResourceOptions {
  const deletedWith = opts.deletedWith ?? inherited;
  return {
    parent,
    ...(deletedWith === undefined ? {} : { deletedWith }),
    ...(opts.retainOnDelete === undefined ? {} : { retainOnDelete: opts.retainOnDelete }),
  };
}
