import { tellWayBackOfSteps, TOGETHER } from './helpers/way-back-of-steps';

jest.setTimeout(10 * 60_000);

// In a file of its own: two labs stand side by side.
tellWayBackOfSteps({ name: 'okd-back-three', etcd: 3, steps: TOGETHER });
