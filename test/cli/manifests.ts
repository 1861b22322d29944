/** Manifests that the tests of the command line share. */

/** Misses nothing. */
export const HARDENED = `apiVersion: v1
kind: Pod
metadata:
  name: quiet
spec:
  automountServiceAccountToken: false
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: app
      image: registry.example/app:1
      resources:
        requests:
          cpu: 100m
          memory: 128Mi
        limits:
          cpu: 500m
          memory: 256Mi
      securityContext:
        allowPrivilegeEscalation: false
        capabilities:
          drop:
            - ALL
        readOnlyRootFilesystem: true
`;

/** Misses one thing of severity error, in line 24 (one-based). */
export const PRIVILEGE = HARDENED.replace(
  'allowPrivilegeEscalation: false',
  'allowPrivilegeEscalation: true',
);

/** Misses one thing of severity warning. */
export const WRITABLE = HARDENED.replace('        readOnlyRootFilesystem: true\n', '');

/** Misses one thing of severity information. */
export const NO_CPU_LIMIT = HARDENED.replace('          cpu: 500m\n', '');
