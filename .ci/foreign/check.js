// What users of three public npm packages do, against examples/simulator -tls.
// The simulator's line is the only argument; its caFile goes into
// NODE_EXTRA_CA_CERTS. Each client has a file of its own; each step asserts.
import rest1 from './rest-1.js'
import rest0 from './rest-0.js'
import manage from './manage.js'

const LEAST = 60 // steps
const LONGEST = 20000 // ms that a step may take
const { connectwise } = JSON.parse(process.argv[2])
const host = new URL(connectwise.url).host
let passed = 0
let failed = 0

for (const [name, run] of Object.entries({ 'connectwise-rest 1.3.0': rest1, 'connectwise-rest 0.24.0': rest0, 'connectwise-manage-rest-api 1.2.0': manage })) {
  const before = passed
  await run(async (what, does) => {
    let alarm
    const late = new Promise((_, reject) => { alarm = setTimeout(() => reject(new Error(`no end after ${LONGEST} ms`)), LONGEST) })
    try {
      await Promise.race([does(), late])
      passed++
    } catch (error) {
      failed++
      console.log(`FAILED ${name}: ${what}: ${error?.stack ?? JSON.stringify(error)}`)
    } finally {
      clearTimeout(alarm)
    }
  }, connectwise, host)
  console.log(`${name}: ${passed - before} steps passed`)
}

console.log(`${passed} passed, ${failed} failed`)
if (failed > 0 || passed < LEAST) console.log(`want ${LEAST} at least, and none failed`)
process.exit(failed > 0 || passed < LEAST ? 1 : 0)
