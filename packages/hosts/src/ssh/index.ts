export { type SshOptions } from './connect';
export { sshTransport } from './transport';
