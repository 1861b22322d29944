/** The capabilities that Pod Security baseline lets a container add (kubernetes/pod-security-admission, policy/check_capabilities_baseline.go). */

/** Pod Security compares names as they are written: `chown` and `CAP_CHOWN` are none of these. */
export const BASELINE_CAPABILITIES: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);
