/** Refusals: what kustomize would not build, or what cannot be followed, said once and caught at the edge of the layer. */

/** Thrown and caught within this layer only; the message is for people. */
export class Refusal extends Error {}

export function refuse(message: string): never {
  throw new Refusal(message);
}

/** What kustomize may build and this reader does not follow: what it reaches is unknown, and the rest is built. */
export class Unfollowed extends Refusal {}

export function leave(message: string): never {
  throw new Unfollowed(message);
}
