/** What may break once a practice is followed, and the usual remedy: said on its page, and with its fixes. */

export const BREAK_NOTE =
  'The image must be able to run as a user other than root, without capabilities, and without writing outside its volumes.';

export const SETUID_NOTE =
  'Programs that rely on set-user-ID or file capabilities, such as sudo, su and some builds of ping, stop gaining privileges.';

export const UID_NOTE =
  'Files that belong to another user become unreadable or read-only, and an image that has to start as root fails to start; give the image a user of its own, or set fsGroup for volumes.';

export const GID_NOTE = 'Files that only their group may read become unreadable; set fsGroup for volumes.';

export const NUMBERS_NOTE =
  'The numbers are placeholders: measure the program, since a container above its memory limit is killed and one at its CPU limit is slowed.';

export const API_NOTE =
  'A program that talks to the Kubernetes API (operators, controllers, leader election) loses its access; leave the token mounted there.';

export const CALLS_NOTE =
  "A program that needs a system call outside the runtime's default list fails; give it a profile of its own with type Localhost.";

export const DROP_NOTE =
  "An image that starts as root and then changes its user or its files' owners fails; run it as that user from the start. Programs with file capabilities, such as caddy and coredns, need NET_BIND_SERVICE added back.";

export const NON_ROOT_NOTE =
  'The kubelet refuses to start an image that runs as root, and one whose user is a name and not a number unless runAsUser is set too.';

export const WRITE_NOTE =
  'Whatever the program writes outside its volumes fails: caches, pid files, logs; mount an emptyDir at each place that it writes to.';
