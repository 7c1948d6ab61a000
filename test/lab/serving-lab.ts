import { labDown, labUp, type Lab, type LabSpec, type Observer } from '@pawl/lab';
import { pictureOf, type Picture } from './picture';

export interface Serving {
  readonly lab: Lab;
  /** Of the cluster as it was before anything was done to it. */
  readonly before: Picture;
  /** Since then. */
  readonly observer: Observer;
}

/** A cluster of 400 keys whose masters serve, for the tests of one `describe`; after them nothing of it is left. */
export function servingLab(spec: LabSpec, is: (serving: Serving) => void): void {
  let observer: Observer | undefined;

  beforeAll(async () => {
    const lab = await labUp(spec, { replace: true });
    await lab.fill({ keys: 400, valueBytes: 256 });
    await lab.startMasters();
    const before = await pictureOf(lab);
    observer = await lab.observer();
    is({ lab, before, observer });
  });

  afterAll(async () => {
    await observer?.stop();
    await labDown(spec.name);
  });
}
