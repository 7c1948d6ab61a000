import { processesOf, sh, type Change } from '@pawl/hosts';
import { refuse } from '../changes/fragments';
import type { EtcdSettings } from '../config/settings';
import { EtcdError } from '../errors';
import { SCRATCH_PEER_URL, scratchSettings, type Scratch } from './scratch';

export type ScratchSettings = Pick<EtcdSettings, 'unit' | 'memberName' | 'user' | 'group'>;

/**
 * Starts an etcd on the copy in the scratch folder, as a new cluster of one, and does not wait for it to be healthy.
 *
 * A unit file under /run, gone with a reboot, that nothing wants. It has a network of its own: no port can collide with the
 * etcd that runs there, it can talk to no other member, and nobody reaches it but through `scratchHost`. It is the first to go
 * where memory runs out. Durable: nothing. May happen twice: one that runs is left alone.
 */
export function startScratch(settings: ScratchSettings, scratch: Scratch): Change {
  const { file, service } = names(scratch);
  return {
    what: `start an etcd on ${scratch.folder}, in a network of its own`,
    script: sh.lines(
      refuse,
      sh`there ${scratch.member} || refuse ${`${scratch.member} is not there`}
if [ "$(systemctl show -p ActiveState ${service})" = ActiveState=active ]; then
  echo ${`${service} runs`}
  exit 0
fi
etcd=$(systemctl show -p ExecStart ${`${settings.unit}.service`} | tr -s ' "=;' '\n' | sed -n '/^\/.*\/etcd$/p' | head -n 1)
[ -x "$etcd" ] || refuse ${`which etcd the unit ${settings.unit} runs can't be told`}
chmod 0711 ${parent(scratch.folder)}
chown ${`${settings.user}:${settings.group ?? ''}`} ${scratch.folder}
mkdir -p /run/systemd/system
{
  printf '%s\n' ${unitLines(settings, scratch)}
  printf 'ExecStart=%s\n' "$etcd"
} >${`${file}.new`}
mv -fT ${`${file}.new`} ${file}
systemctl daemon-reload
systemctl reset-failed ${service} || :
systemctl start ${service}`,
    ),
  };
}

/**
 * Ends the scratch etcd and takes away all of it: process, unit, copy; and the run's folder where nothing else lies in it. Only
 * ever the scratch folder of this run is deleted. Proven: no process, no unit, no folder. May happen twice.
 */
export function removeScratch(scratch: Scratch): Change {
  if (!/\/pawl-[^/]+\/scratch$/.test(scratch.folder))
    throw new EtcdError('E_ETCD_REFUSED', `${scratch.folder} is no scratch folder of a run`);
  const { file, service } = names(scratch);
  return {
    what: `end the etcd on ${scratch.folder}, and remove it`,
    deadlineMs: 300_000,
    script: sh.lines(
      refuse,
      sh`systemctl stop ${service} 2>/dev/null || :
case $(systemctl show -p ActiveState ${service}) in
  ActiveState=inactive | ActiveState=failed) ;;
  *) refuse ${`${service} does not stop`} ;;
esac
left=$(${processesOf(service)})
[ -z "$left" ] || refuse ${`processes of ${service} live on:`}" $left"
rm -f ${file} ${`${file}.new`}
systemctl daemon-reload
systemctl reset-failed ${service} 2>/dev/null || :
[ "$(systemctl show -p LoadState ${service})" = LoadState=not-found ] || refuse ${`systemd still knows ${service}`}
[ ! -L ${parent(scratch.folder)} ] || refuse ${`${parent(scratch.folder)} is a link`}
rm -rf ${scratch.folder}
if [ -d ${parent(scratch.folder)} ]; then rmdir --ignore-fail-on-non-empty ${parent(scratch.folder)}; fi
there ${scratch.folder} && refuse ${`${scratch.folder} is still there`}
sync`,
    ),
  };
}

/** Nothing newer than systemd 219. etcd before 3.4 warns of ETCD_ENABLE_V2, which it doesn't know. */
function unitLines(settings: ScratchSettings, scratch: Scratch): readonly string[] {
  const variables = {
    ETCD_NAME: settings.memberName,
    ETCD_DATA_DIR: scratch.folder,
    ETCD_FORCE_NEW_CLUSTER: 'true',
    ETCD_ENABLE_V2: 'true',
    // A dump of the whole v2 store is nothing that it needs.
    ETCD_SNAPSHOT_COUNT: '1000000000',
    ETCD_LISTEN_CLIENT_URLS: scratchSettings.clientEndpoint,
    ETCD_ADVERTISE_CLIENT_URLS: scratchSettings.clientEndpoint,
    ETCD_LISTEN_PEER_URLS: SCRATCH_PEER_URL,
    ETCD_INITIAL_ADVERTISE_PEER_URLS: SCRATCH_PEER_URL,
    ETCD_INITIAL_CLUSTER: `${settings.memberName}=${SCRATCH_PEER_URL}`,
  };
  return [
    '[Unit]',
    'Description=A backup that Pawl has started to look at it: safe to stop',
    '[Service]',
    'Type=simple',
    'Restart=no',
    'TimeoutStopSec=30',
    `User=${settings.user}`,
    ...(settings.group === null ? [] : [`Group=${settings.group}`]),
    'PrivateNetwork=yes',
    'LimitNOFILE=65536',
    'Nice=10',
    'OOMScoreAdjust=900',
    ...Object.entries(variables).map(([name, value]) => `Environment="${name}=${escaped(value)}"`),
  ];
}

/** For a double-quoted word in a unit file. */
function escaped(value: string): string {
  return value.replaceAll(/["\\]/g, '\\$&').replaceAll('%', '%%');
}

function names(scratch: Scratch): { readonly file: string; readonly service: string } {
  return { file: `/run/systemd/system/${scratch.unit}.service`, service: `${scratch.unit}.service` };
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
