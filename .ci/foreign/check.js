// What users of the public npm package connectwise-rest do, against
// examples/simulator -tls. The simulator's line is the only argument; its
// caFile goes into NODE_EXTRA_CA_CERTS.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'

const { ManageAPI } = createRequire(import.meta.url)('connectwise-rest')
const { connectwise } = JSON.parse(process.argv[2])

const options = {
  companyId: connectwise.company,
  companyUrl: new URL(connectwise.url).host,
  publicKey: connectwise.publicKey,
  privateKey: connectwise.privateKey,
  clientId: connectwise.clientId,
  logger: () => {},
}
const cwm = new ManageAPI(options)
const service = cwm.ServiceAPI
let passed = 0
async function step(name, run) {
  await run()
  passed++
  console.log(`ok ${name}`)
}

let board, company, ticket

await step('lists boards and companies', async () => {
  board = (await service.getServiceBoards({ conditions: 'name="Service Desk"' }))[0]
  assert.equal(board.name, 'Service Desk')
  const companies = await cwm.CompanyAPI.getCompanyCompanies({ pageSize: 5, orderBy: 'id asc' })
  assert.equal(companies.length, 5)
  company = companies[0]
})

await step('creates tickets', async () => {
  for (let n = 1; n <= 30; n++) {
    const made = await service.postServiceTickets({
      summary: `Foreign client ${n}`, board: { id: board.id }, company: { id: company.id }, initialDescription: 'First words',
    })
    assert.ok(made.id > 0)
    assert.equal(made.closedFlag, false)
    ticket = made
  }
})

await step('filters', async () => {
  const found = await service.getServiceTickets({ conditions: `summary="Foreign client 7" and company/id=${company.id}` })
  assert.deepEqual(found.map(t => t.summary), ['Foreign client 7'])
  await assert.rejects(service.getServiceTickets({ conditions: 'nonsense="x"' }))
})

await step('pages', async () => {
  const all = await cwm.paginate(service.getServiceTickets, { pageSize: 7 }, { conditions: 'summary like "Foreign client %"', orderBy: 'id asc' })
  assert.equal(all.length, 30)
  assert.equal(new Set(all.map(t => t.id)).size, 30)
})

await step('counts', async () => {
  const { count } = await service.getServiceTicketsCount({ conditions: 'summary contains "Foreign client"' })
  assert.equal(count, 30)
})

await step('searches', async () => {
  const found = await service.postServiceTicketsSearch({ conditions: `id in (${ticket.id}, 1)` })
  assert.deepEqual(found.map(t => t.id), [ticket.id])
})

await step('reads and writes notes', async () => {
  const note = await service.postServiceTicketsByParentIdNotes(ticket.id, { text: 'A note', internalAnalysisFlag: true })
  assert.equal(note.text, 'A note')
  const notes = await service.getServiceTicketsByParentIdNotes(ticket.id)
  assert.deepEqual(notes.map(n => n.text).sort(), ['A note', 'First words'])
  await assert.rejects(service.postServiceTicketsByParentIdNotes(ticket.id, { text: 'Nowhere' }))
})

await step('patches', async () => {
  const patched = await service.patchServiceTicketsById(ticket.id, [{ op: 'replace', path: 'summary', value: 'Foreign client, renamed' }])
  assert.equal(patched.summary, 'Foreign client, renamed')
  assert.equal((await service.getServiceTicketsById(ticket.id)).summary, 'Foreign client, renamed')
})

await step('closes', async () => {
  const closed = await service.patchServiceTicketsById(ticket.id, [{ op: 'replace', path: 'status', value: { name: 'Completed' } }])
  assert.equal(closed.closedFlag, true)
  const { count } = await service.getServiceTicketsCount({ conditions: 'summary contains "Foreign client" and closedFlag=false' })
  assert.equal(count, 29)
})

await step('deletes', async () => {
  await service.deleteServiceTicketsById(ticket.id)
  await assert.rejects(service.getServiceTicketsById(ticket.id))
})

await step('is refused with a wrong key', async () => {
  const stranger = new ManageAPI({ ...options, privateKey: 'wrong' })
  await assert.rejects(stranger.ServiceAPI.getServiceBoards())
})

console.log(`${passed} passed, 0 failed`)
