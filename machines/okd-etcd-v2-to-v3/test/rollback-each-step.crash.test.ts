import { ALONE, tellWayBackOfSteps } from './helpers/way-back-of-steps';

jest.setTimeout(10 * 60_000);

tellWayBackOfSteps({ name: 'okd-back-one', etcd: 1, steps: ALONE });
