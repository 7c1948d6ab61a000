import { PawlError, type Scope } from '@pawl/engine';
import type { LeaseMode } from '@pawl/etcd';
import { ttlPrefixes } from '@pawl/okd';
import { masterFacts } from '@pawl/steps-etcd';
import type { OkdChoices, TtlMode } from './choices';

type Asked = Pick<Scope<OkdChoices>, 'choices' | 'facts'>;

/** What the operator's `--ttl` gives to keys that had a TTL in v2. */
export function leaseMode(asked: Asked): LeaseMode {
  const { ttl } = asked.choices;
  if (ttl === 'remaining') return { kind: 'remaining' };
  return {
    kind: 'durations',
    secondsByPrefix: Object.fromEntries(
      given(asked, ttl).flatMap(({ prefix, seconds }) => (seconds === null ? [] : [[prefix, seconds]])),
    ),
  };
}

/** The mode for the plan: what each prefix gets. */
export function modeLines(asked: Asked): readonly string[] {
  const { ttl } = asked.choices;
  if (ttl === 'remaining') return ['# --ttl remaining: every key that has a TTL keeps what it has left'];
  return [
    ...given(asked, ttl).map(
      ({ prefix, seconds, from }) =>
        `# --ttl ${ttl}: ${prefix} ${seconds === null ? 'keeps what it has left' : `${seconds} s from then on`} (${from})`,
    ),
    `# --ttl ${ttl}: every other key that has a TTL keeps what it has left`,
  ];
}

interface Given {
  /** Without a slash behind: the key itself, or the folder. */
  readonly prefix: string;
  /** Null where the configuration says that such keys don't expire, or aren't kept: those that have a TTL keep it. */
  readonly seconds: number | null;
  readonly from: string;
}

function given({ choices, facts }: Asked, ttl: Exclude<TtlMode, 'remaining'>): readonly Given[] {
  const target = choices.masters[0]?.name ?? '';
  const { config } = masterFacts({ facts }, target);
  // Preflight refuses a master whose configuration can't be read; a plan is made beside its refusal.
  if (config === null)
    throw new PawlError('E_FACT_MISSING', `the configuration of ${target} could not be read`, {
      hint: 'What preflight says of that master comes first.',
      facts: { step: 'preflight/masters', target },
    });
  return ttlPrefixes(config).map((each) => ({
    prefix: each.leaf ?? each.prefix.replace(/\/$/, ''),
    seconds: each[ttl],
    from: ttl === 'documented' ? 'the published procedure' : `${each.setting} of ${target}`,
  }));
}
