/** glog's shape, as `journalctl -u origin-master-api` shows it on a real master. */
export function log(level: 'I' | 'W' | 'E' | 'F', text: string): void {
  const now = new Date();
  const day = `${String(now.getMonth() + 1).padStart(2, '0')}${String(now.getDate()).padStart(2, '0')}`;
  process.stderr.write(
    `${level}${day} ${now.toISOString().slice(11, 23)}000 ${process.pid} stand-in] ${text}\n`,
  );
}

export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reason(error.cause)}`;
}
