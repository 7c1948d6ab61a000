import { stoppedWayBack } from '../src/stopped-way-back';

const RUN = 'okd-20261124-1';
const place = { database: '/d/pawl.db', runs: '/d/runs', given: false };
const reason = (code: string, hint: string | null = 'Make it answer.') => ({
  ...{ code, hint, message: 'no', where: null, facts: null },
});
const ways = (code: string, hint?: string | null) => ({
  reason: reason(code, hint),
  next: `pawl resume ${RUN}`,
  otherwise: `pawl rollback ${RUN}`,
});
const back = { run: RUN, asked: true, goesBack: false, place };

test('one that was asked for and could not begin is what is to be said again, not the way forward', () => {
  expect(stoppedWayBack(ways('E_UNREACHABLE'), back)).toMatchObject({
    next: `pawl rollback ${RUN}`,
    otherwise: `pawl resume ${RUN}`,
  });
});

test.each(['Make it answer.', null])(
  'a host that does not answer can be left behind, by name (%s)',
  (hint) => {
    expect(stoppedWayBack(ways('E_UNREACHABLE', hint), back).reason?.hint).toMatch(
      new RegExp(`If it will not come back.*\`pawl rollback ${RUN} --host-dead NAME --reason WHY\`.*quorum`),
    );
  },
);

test('one that is under way is resumed', () => {
  const way = { ...ways('E_UNREACHABLE'), otherwise: null };
  const { next, otherwise, reason: told } = stoppedWayBack(way, { ...back, asked: false, goesBack: true });
  expect([next, otherwise]).toEqual([`pawl resume ${RUN}`, null]);
  expect(told?.hint).toMatch(/^Make it answer\. If it will not come back/);
});

test('on the way forward, and for any other reason, nothing of it is said', () => {
  const forward = ways('E_UNREACHABLE');
  expect(stoppedWayBack(forward, { ...back, asked: false })).toBe(forward);
  expect(stoppedWayBack(ways('E_SUDO'), back).reason).toEqual(reason('E_SUDO'));
});
