import { EtcdError } from '../errors';
import type { Member } from '../parse/member-list';
import { parseEnvFile } from './env-file';
import { editEtcdConf } from './etcd-conf';

export interface JoinerConf {
  readonly memberName: string;
  readonly peerUrl: string;
  /** The cluster as it is before the add: the joiner must list exactly these and itself, one more or less and it exits. */
  readonly present: readonly Pick<Member, 'name' | 'peerUrls'>[];
}

/** etcd.conf of a member that is about to join: name checked, cluster list exact, state `existing`. */
export function joinerConf(text: string, joiner: JoinerConf): string {
  const name = parseEnvFile(text).get('ETCD_NAME');
  if (name !== undefined && name !== joiner.memberName) {
    throw new EtcdError('E_ETCD_SETTINGS', `ETCD_NAME is ${name}, expected ${joiner.memberName}`, {
      hint: 'The file belongs to another member.',
    });
  }
  return editEtcdConf(text, {
    ETCD_INITIAL_CLUSTER: initialCluster(joiner),
    ETCD_INITIAL_CLUSTER_STATE: 'existing',
  });
}

/** `m1=https://…,m2=https://…`. @throws EtcdError `E_ETCD_REFUSED` while another member is added and not started: it has no name */
export function initialCluster(joiner: JoinerConf): string {
  const others = joiner.present.filter((member) => !member.peerUrls.includes(joiner.peerUrl));
  const unnamed = others.find((member) => member.name === '');
  if (unnamed !== undefined) {
    throw new EtcdError(
      'E_ETCD_REFUSED',
      `a member with ${unnamed.peerUrls.join(',')} was added and never started`,
      {
        hint: 'One membership change at a time: start it, or remove it, first.',
      },
    );
  }
  const pairs = others.flatMap((member) => member.peerUrls.map((url) => `${member.name}=${url}`));
  return [...pairs, `${joiner.memberName}=${joiner.peerUrl}`].join(',');
}
