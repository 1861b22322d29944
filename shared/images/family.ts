/** Image families: what is known of an image that decides how its containers can be hardened and still run, each fact with its source. */

/**
 * How good the evidence is. `strong` and `medium` facts drive edits: they are read from the image's own Dockerfile, entrypoint, manifests or
 * documentation. `weak` ones, from one old file or a chart alone, are told and change nothing.
 */
export type Grade = 'strong' | 'medium' | 'weak';

/**
 * Where a fact was read: `owner/repository@commit path/in/it`, `owner/repository#123` for a thread, or an address. `sourceUrl` makes a link
 * of it.
 */
export type Source = string;

export interface Told {
  readonly source: Source;
  /** Where it is not that of the family. */
  readonly grade?: Grade;
}

/** Images that come from one place and behave alike. */
export interface ImageFamily extends ImageFacts {
  /** Permanent: `podproof.images` names it with `like`. */
  readonly id: string;
  /** As its users call it. */
  readonly title: string;
  readonly grade: Grade;
  /** True for a base in which a program of its users runs, whose needs it does not tell. */
  readonly isBase?: true;
  /** True for what people say in their settings. */
  readonly isUsers?: true;
  /**
   * Normalized names, `registry/path` and optionally `:tag`, in which `*` stands for any characters but a slash in names, and for any at
   * all in tags. Of several that match, the longest counts.
   */
  readonly images: readonly string[];
  /** What differs in some of its tags; later ones go before earlier ones. */
  readonly variants?: readonly ImageVariant[];
}

export interface ImageVariant extends ImageFacts {
  readonly when: TagRule;
}

/** All that is given has to hold. Versions are the numbers that a tag begins with; a tag without one, such as `latest`, is the newest. */
export interface TagRule {
  /** A glob over the tag. */
  readonly tag?: string;
  readonly below?: string;
  readonly from?: string;
}

/** What is not given is not known. */
export interface ImageFacts {
  readonly starts?: StartFact;
  readonly user?: UserFact;
  readonly needsRoot?: RootFact;
  readonly writes?: readonly WriteFact[];
  readonly writableRoot?: WritableRootFact;
  readonly capabilities?: CapabilityFact;
  readonly env?: readonly EnvFact[];
  readonly ports?: PortFact;
  readonly fsGroup?: FsGroupFact;
  readonly api?: ApiFact;
  /** Whole sentences that a person should know before hardening it. */
  readonly notes?: readonly NoteFact[];
}

/** The user that the image starts as where the manifest names none. */
export interface StartFact extends Told {
  readonly as: 'root' | 'name' | 'number';
  /** The name of a user by name: the kubelet cannot tell whether it is root. */
  readonly name?: string;
  /** True where it starts as root to give its rights up, and starts as well as the user it would become. */
  readonly stepsDown?: true;
}

/** The user whose files the image has, or as which its maintainers or its chart run it. */
export interface UserFact extends Told {
  readonly uid: number;
  /** 0 where its files belong to the group root; absent where it is not known. */
  readonly gid?: number;
}

/** It cannot do its work as another user than root. */
export interface RootFact extends Told {
  /** `on-node`: where it reads what belongs to root on the node, through a hostPath volume. */
  readonly when: 'always' | 'on-node';
  /** A clause: "it reads the logs of the node". */
  readonly why: string;
}

/** A directory that it writes to, and that has to be a volume where the root filesystem is read-only. */
export interface WriteFact extends Told {
  readonly path: string;
  /** The directory above it at which to mount an empty volume, where it has to make the directory itself. */
  readonly mountAt?: string;
  /** "its pid file". */
  readonly what: string;
  /** What is kept there is to last: an emptyDir is only as good as the container's own layer was. */
  readonly isData?: true;
  /** The image keeps files there that it needs: an empty volume would hide them. */
  readonly hasContent?: true;
  /** Written only where something is mounted at this path. */
  readonly whenMounted?: string;
  /** Written only where this variable is set. */
  readonly whenEnv?: string;
  /** Written elsewhere where this variable is set. */
  readonly unlessEnv?: string;
  /** Not written where the container is given this argument. */
  readonly unlessArgument?: string;
}

/** A read-only root filesystem is not supported, or nobody has shown how to run it with one. */
export interface WritableRootFact extends Told {
  /** A clause: "its maintainers do not support it". */
  readonly why: string;
}

/** Capabilities without which it does not start, whatever its user. */
export interface CapabilityFact extends Told {
  readonly names: readonly string[];
  readonly why: string;
}

/** Variables that let it start as another user than root. */
export interface EnvFact extends Told {
  readonly name: string;
  readonly value: string;
  readonly why: string;
}

/** Ports that it listens on by default. */
export interface PortFact extends Told {
  readonly numbers: readonly number[];
}

export interface FsGroupFact extends Told {
  /** The group for its volumes; `none` where one does harm. */
  readonly group: number | 'none';
  readonly why: string;
}

export interface ApiFact extends Told {
  /** `sometimes`: with some of its settings, which a manifest does not show. */
  readonly use: 'always' | 'sometimes' | 'never';
  /** A clause that names when or for what. */
  readonly why?: string;
}

export interface NoteFact extends Told {
  readonly text: string;
}
