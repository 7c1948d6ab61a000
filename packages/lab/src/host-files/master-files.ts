import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LabHost, LabSpec } from '../spec';
import { masterConfig } from './master-config';
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
  const copy = (name: string, from: string): void =>
    upper.file(`/etc/origin/master/${name}`, readFileSync(path.join(pki, from)), { mode: 0o600 });
  copy('ca.crt', 'openshift-ca.crt');
  copy('master.server.crt', `${host.name}.api.crt`);
  copy('master.server.key', `${host.name}.api.key`);
  copy('master.etcd-ca.crt', 'etcd-ca.crt');
  copy('master.etcd-client.crt', `${host.name}.client.crt`);
  copy('master.etcd-client.key', `${host.name}.client.key`);
  upper.file('/etc/origin/master/master-config.yaml', masterConfig(host, hosts, spec, apiName), {
    mode: 0o600,
  });
  upper.directory('/var/lib/origin');
  for (const unit of masterUnits(spec)) {
    upper.file(`/etc/sysconfig/${unit}`, sysconfig(host, unit));
    upper.file(`/usr/lib/systemd/system/${unit}.service`, masterUnit(unit));
  }
}

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
EnvironmentFile=-/etc/sysconfig/${unit}
Environment=GOTRACEBACK=crash
ExecStart=/usr/bin/openshift start master ${role === undefined ? '' : `${role} `}--config=/etc/origin/master/master-config.yaml $OPTIONS
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
