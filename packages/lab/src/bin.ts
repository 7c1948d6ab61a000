import { labUp, labDown } from './index';
const t=Date.now();
void (async()=>{ if (process.argv[2]==='down') { await labDown('t'); } else { const lab = await labUp({name:'t',etcd:3,masters:2},{replace:true}); console.log(lab.hosts, lab.running().length);} console.log(Date.now()-t)})();
