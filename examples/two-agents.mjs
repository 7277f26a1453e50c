import { Muster } from '@muster/client';

const admin = new Muster(); // of MUSTER_URL, with MUSTER_TOKEN
const [builder, tester] = await Promise.all(['Builder', 'Tester'].map((name) => admin.agents.register({ name })));
const participants = [builder.agent.id, tester.agent.id];
const release = await admin.syncPoints.create({ name: 'Release', participants });

const arrive = ({ token }, data) => new Muster({ token }).syncPoints.arriveAndWait(release.id, { data });
const [end] = await Promise.all([arrive(builder, { image: 'app:1.4' }), arrive(tester, { tests: 212 })]);
console.log(end.syncPoint.status, end.data[tester.agent.id]);
