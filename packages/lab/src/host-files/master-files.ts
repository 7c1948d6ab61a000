import type { LabHost, LabSpec } from '../spec';
import { masterConfig } from './master-config';
import { masterSecrets } from './master-secrets';
import type { UpperLayer } from './upper-layer';

export interface MasterFiles {
  readonly upper: UpperLayer;
  readonly host: LabHost;
  readonly hosts: readonly LabHost[];
  readonly spec: LabSpec;
  readonly pki: string;
  readonly apiName: string;
}

/** The units of a master, by the way it was installed. */
export function masterUnits(spec: LabSpec): readonly string[] {
  if (spec.masterUnits === 'single') return ['origin-master'];
  const type = spec.masterUnits ?? 'origin';
  return [`${type}-master-api`, `${type}-master-controllers`];
}

/** A master as OKD 3.6 leaves it: master-config.yaml, certificates, sysconfig, units (not yet enabled: see `startMasters`). */
export function writeMasterFiles({ upper, host, hosts, spec, pki, apiName }: MasterFiles): void {
  upper.directory('/etc/origin/master', { mode: 0o700 });
  for (const [name, content] of masterSecrets(host, pki, apiName)) {
    upper.file(`/etc/origin/master/${name}`, content, { mode: 0o600 });
  }
  upper.file('/usr/bin/openshift', openshift, { mode: 0o755 });
  upper.file('/etc/origin/master/master-config.yaml', masterConfig(host, hosts, spec, apiName), {
    mode: 0o600,
  });
  upper.directory('/var/lib/origin');
  for (const unit of masterUnits(spec)) {
    upper.file(`/etc/sysconfig/${unit}`, sysconfig(host, unit));
    upper.file(`/usr/lib/systemd/system/${unit}.service`, masterUnit(unit));
  }
}

/**
 * Stands where OKD's binary stands; the program behind it is bound into each host. It keeps OKD's name in the process list,
 * and its words one by one: `--config=` is looked for there.
 */
const openshift = `#!/bin/bash
# Stand-in for /usr/bin/openshift of OKD 3.6: see the lab's documentation.
case "$1" in
version) printf '%s\\n' 'openshift v3.6.173.0.21' 'kubernetes v1.6.1+5115d708d7' 'etcd 3.2.1' ;;
start) exec -a /usr/bin/openshift /opt/pawl-lab/node /opt/pawl-lab/dist/stand-ins/openshift.js "$@" ;;
*) echo "this stand-in knows: version, start" >&2; exit 1 ;;
esac
`;

function sysconfig(host: LabHost, unit: string): string {
  const listen = unit.endsWith('-controllers') ? 'https://0.0.0.0:8444' : 'https://0.0.0.0:8443';
  return `OPTIONS=--loglevel=2 --listen=${listen} --master=https://${host.hostname}:8443
CONFIG_FILE=/etc/origin/master/master-config.yaml

# Proxy configuration
# Origin uses standard HTTP_PROXY environment variables. Be sure to set
# NO_PROXY for your master
#NO_PROXY=master.example.com
#HTTP_PROXY=http://USER:PASSWORD@IPADDR:PORT
#HTTPS_PROXY=https://USER:PASSWORD@IPADDR:PORT
`;
}

function masterUnit(unit: string): string {
  const type = unit.split('-master')[0] ?? unit;
  const role = unit.split('-master-')[1];
  const title = role === undefined ? 'Master' : role === 'api' ? 'Master API' : 'Master Controllers';
  return `[Unit]
Description=Atomic OpenShift ${title}
Documentation=https://github.com/openshift/origin
After=network-online.target
After=etcd.service
${role === 'controllers' ? `After=${type}-master-api.service\nWants=${type}-master-api.service\n` : ''}Wants=network-online.target

[Service]
Type=notify
NotifyAccess=all
EnvironmentFile=/etc/sysconfig/${unit}
Environment=GOTRACEBACK=crash
ExecStart=/usr/bin/openshift start master ${role === undefined ? '' : `${role} `}--config=\${CONFIG_FILE} $OPTIONS
LimitNOFILE=131072
LimitCORE=infinity
WorkingDirectory=/var/lib/origin
SyslogIdentifier=${unit}
Restart=always
RestartSec=5s

[Install]
WantedBy=multi-user.target
`;
}
