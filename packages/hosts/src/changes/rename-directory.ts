import type { Change } from '../host';
import { sh } from '../sh';

/**
 * Renames a directory on its own file system, never onto or into anything. Directories above `to` are made. Durable when it
 * returns. May happen twice: where `from` is gone and `to` is there, it is done. Anything else is refused (exit 65).
 */
export function renameDirectory(from: string, to: string): Change {
  return {
    what: `rename ${from} to ${to}`,
    script: sh`
from=${from}
to=${to}
there() { [ -e "$1" ] || [ -L "$1" ]; }
if there "$to"; then
  if there "$from"; then
    echo "both $from and $to are there" >&2
    exit 65
  fi
  [ -d "$to" ]
  sync
  exit 0
fi
if [ -L "$from" ] || [ ! -d "$from" ]; then
  echo "$from is not a directory" >&2
  exit 65
fi
mkdir -p "\${to%/*}"
if [ "$(stat -c %d "$from")" != "$(stat -c %d "\${to%/*}")" ]; then
  echo "$from and $to lie on different file systems" >&2
  exit 65
fi
mv -nT "$from" "$to"
if there "$from" || [ ! -d "$to" ]; then
  echo "$from could not be renamed to $to" >&2
  exit 65
fi
sync`,
  };
}
