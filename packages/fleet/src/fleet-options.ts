import type { Hosts } from '@pawl/hosts';

export interface FleetOptions {
  readonly hosts: Hosts;
  /** Under it each run has a folder of its own (0700), made when it is first needed. */
  readonly runsDir: string;
  /** The step (`'phase/step'`) whose facts `{hosts: […]}` say where the run has planted its fence. */
  readonly plantedBy: string;
  /** The steps whose facts `{hosts: […]}` say where it has closed it: there a fence is not missed. */
  readonly closedBy?: readonly string[];
}
