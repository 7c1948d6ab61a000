import { tellMatrix } from './tell-matrix';

tellMatrix('small', { every: 31, backFrom: ['strike'], schedules: 2 });
