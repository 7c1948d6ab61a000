import type { FillContext, FillEntry } from './fill-entry';

/** Kinds that live in a project, with their share of the keys. */
const kinds: readonly (readonly [kind: string, prefix: string, share: number])[] = [
  ['Pod', '/kubernetes.io/pods', 22],
  ['Secret', '/kubernetes.io/secrets', 20],
  ['ReplicationController', '/kubernetes.io/controllers', 8],
  ['Endpoints', '/kubernetes.io/services/endpoints', 7],
  ['Service', '/kubernetes.io/services/specs', 7],
  ['ServiceAccount', '/kubernetes.io/serviceaccounts', 5],
  ['ConfigMap', '/kubernetes.io/configmaps', 4],
  ['Deployment', '/kubernetes.io/deployments', 3],
  ['Build', '/openshift.io/builds', 8],
  ['ImageStream', '/openshift.io/imagestreams', 4],
  ['DeploymentConfig', '/openshift.io/deploymentconfigs', 4],
  ['RoleBinding', '/openshift.io/authorization/local/rolebindings', 4],
  ['Route', '/openshift.io/routes', 2],
];
const shares = kinds.reduce((sum, [, , share]) => sum + share, 0);

/** The mass of a cluster: projects with what lives in them; beside them images, users, oauth clients. */
export function* bulkKeys(context: FillContext, count: number): Generator<FillEntry> {
  const projects = Math.max(3, Math.floor(count / 200));
  for (let n = 0; n < count; n += 1) {
    const id = n.toString(36).padStart(5, '0');
    if (n < projects)
      yield {
        key: `/kubernetes.io/namespaces/project-${n}`,
        value: object(context, 'Namespace', `project-${n}`),
      };
    else if (n % 40 === 0)
      yield {
        key: `/openshift.io/images/sha256:${id}${hex(context, 59)}`,
        value: object(context, 'Image', id),
      };
    else if (n % 400 === 1)
      yield { key: `/openshift.io/oauth/clients/client-${id}`, value: object(context, 'OAuthClient', id) };
    else if (n % 400 === 2)
      yield { key: `/openshift.io/users/user-${id}`, value: object(context, 'User', id) };
    else {
      const [kind, prefix] = pick(context);
      const name = `${kind.toLowerCase()}-${id}`;
      yield {
        key: `${prefix}/project-${context.random(projects)}/${name}`,
        value: object(context, kind, name),
      };
    }
  }
}

function pick({ random }: FillContext): readonly [string, string] {
  let left = random(shares);
  for (const [kind, prefix, share] of kinds) {
    if (left < share) return [kind, prefix];
    left -= share;
  }
  return ['Pod', '/kubernetes.io/pods'];
}

function object({ text, valueBytes }: FillContext, kind: string, name: string): string {
  const head = `{"kind":"${kind}","apiVersion":"v1","metadata":{"name":"${name}","creationTimestamp":"2026-11-24T12:00:00Z"},"data":"`;
  return `${head}${text(Math.max(8, valueBytes - head.length - 2))}"}`;
}

function hex({ random }: FillContext, digits: number): string {
  return Array.from({ length: digits }, () => random(16).toString(16)).join('');
}
