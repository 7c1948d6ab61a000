import { ALONE_ALIKE, tellWayBackOfSteps } from './helpers/way-back-of-steps';

jest.setTimeout(30 * 60_000);

tellWayBackOfSteps({ name: 'okd-back-alike', etcd: 1, steps: ALONE_ALIKE });
