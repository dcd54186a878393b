// connectwise-rest 1.x: one method for each operation of the API, axios.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'

const { ManageAPI } = createRequire(import.meta.url)('connectwise-rest')

export default async function (step, keys, host) {
  const options = { companyId: keys.company, companyUrl: host, publicKey: keys.publicKey, privateKey: keys.privateKey, clientId: keys.clientId, logger: () => {} }
  const cwm = new ManageAPI(options)
  const { ServiceAPI: service, CompanyAPI: companies, TimeAPI: time, SystemAPI: system } = cwm
  const status = code => error => error?.response?.status === code || error?.status === code || assert.fail(`want ${code}, not ${error}`)
  let board, company, ticket, other, note, config, contact, callback

  await step('reads the version', async () => {
    assert.match((await system.getSystemInfo()).version, /^v20\d\d\.\d/)
  })
  await step('finds a board by name', async () => {
    const found = await service.getServiceBoards({ conditions: 'name="Service Desk"' })
    board = found[0]
    assert.deepEqual(found.map(b => b.name), ['Service Desk'])
  })
  await step('lists the statuses of a board, one of them the default', async () => {
    const list = await service.getServiceBoardsByParentIdStatuses(board.id)
    assert.deepEqual(list.filter(s => s.defaultFlag).map(s => s.name), ['New'])
    assert.deepEqual(list.filter(s => s.closedStatus).map(s => s.name), ['Completed'])
  })
  await step('lists companies in order', async () => {
    const list = await companies.getCompanyCompanies({ pageSize: 5, orderBy: 'id asc' })
    company = list[0]
    assert.equal(list.length, 5)
    assert.deepEqual(list.map(c => c.id), list.map(c => c.id).toSorted((a, b) => a - b))
  })
  await step('lists the sites of a company', async () => {
    assert.ok((await companies.getCompanyCompaniesByParentIdSites(company.id)).some(s => s.name === 'Main'))
  })
  await step('lists priorities', async () => {
    assert.ok((await service.getServicePriorities()).length > 2)
  })
  await step('creates tickets', async () => {
    for (let n = 1; n <= 30; n++) {
      ticket = await service.postServiceTickets({ summary: `Foreign client ${n}`, board: { id: board.id }, company: { id: company.id }, initialDescription: 'First words' })
      assert.ok(ticket.id > 0)
      assert.equal(ticket.closedFlag, false)
      assert.equal(ticket.status.name, 'New')
    }
  })
  await step('filters', async () => {
    const found = await service.getServiceTickets({ conditions: `summary="Foreign client 7" and company/id=${company.id}` })
    other = found[0]
    assert.deepEqual(found.map(t => t.summary), ['Foreign client 7'])
  })
  await step('is told that a condition is wrong', () => assert.rejects(service.getServiceTickets({ conditions: 'nonsense="x"' }), status(400)))
  await step('asks for some fields only', async () => {
    const [row] = await service.getServiceTickets({ conditions: `id=${other.id}`, fields: 'id,summary' })
    assert.deepEqual(Object.keys(row).sort(), ['id', 'summary'])
  })
  await step('pages', async () => {
    const all = await cwm.paginate(service.getServiceTickets, { pageSize: 7 }, { conditions: 'summary like "Foreign client %"', orderBy: 'id asc' })
    assert.equal(new Set(all.map(t => t.id)).size, 30)
    assert.equal(all.length, 30)
  })
  await step('counts', async () => {
    assert.deepEqual(await service.getServiceTicketsCount({ conditions: 'summary contains "Foreign client"' }), { count: 30 })
  })
  await step('searches', async () => {
    const found = await service.postServiceTicketsSearch({ conditions: `id in (${ticket.id}, 1)` })
    assert.deepEqual(found.map(t => t.id), [ticket.id])
  })
  await step('writes a note', async () => {
    note = await service.postServiceTicketsByParentIdNotes(ticket.id, { text: 'A note', internalAnalysisFlag: true })
    assert.equal(note.text, 'A note')
  })
  await step('reads notes', async () => {
    const notes = await service.getServiceTicketsByParentIdNotes(ticket.id)
    assert.deepEqual(notes.map(n => n.text).sort(), ['A note', 'First words'])
  })
  await step('reads notes of all kinds', async () => {
    const notes = await service.getServiceTicketsByParentIdAllNotes(ticket.id)
    assert.ok(notes.some(n => n.text === 'A note'))
  })
  await step('is refused a note that goes nowhere', () => assert.rejects(service.postServiceTicketsByParentIdNotes(ticket.id, { text: 'Nowhere' }), status(400)))
  await step('patches a note', async () => {
    const changed = await service.patchServiceTicketsByParentIdNotesById(note.id, ticket.id, [{ op: 'replace', path: 'text', value: 'Another note' }])
    assert.equal(changed.text, 'Another note')
  })
  await step('patches a ticket', async () => {
    await service.patchServiceTicketsById(ticket.id, [{ op: 'replace', path: 'summary', value: 'Foreign client, renamed' }])
    assert.equal((await service.getServiceTicketsById(ticket.id)).summary, 'Foreign client, renamed')
  })
  await step('books time', async () => {
    const entry = await time.postTimeEntries({
      chargeToId: ticket.id, chargeToType: 'ServiceTicket', timeStart: '2026-11-16T10:00:00Z', timeEnd: '2026-11-16T10:30:00Z', notes: 'Half an hour',
    })
    assert.equal(entry.actualHours, 0.5)
  })
  await step('lists the time of a ticket', async () => {
    assert.equal((await time.getTimeEntries({ conditions: `chargeToId=${ticket.id}` })).length, 1)
  })
  await step('creates a configuration', async () => {
    const [type] = await companies.getCompanyConfigurationsTypes()
    config = await companies.postCompanyConfigurations({ name: 'SRV-01', type: { id: type.id }, company: { id: company.id } })
    assert.equal(config.name, 'SRV-01')
  })
  await step('attaches it to a ticket', async () => {
    await service.postServiceTicketsByParentIdConfigurations(ticket.id, { id: config.id })
    assert.deepEqual((await service.getServiceTicketsByParentIdConfigurations(ticket.id)).map(c => c.id), [config.id])
  })
  await step('creates a contact', async () => {
    contact = await companies.postCompanyContacts({ firstName: 'Jane', lastName: 'Doe', company: { id: company.id } })
    assert.equal(contact.firstName, 'Jane')
  })
  await step('sets the contact of a ticket', async () => {
    const changed = await service.patchServiceTicketsById(ticket.id, [{ op: 'replace', path: 'contact', value: { id: contact.id } }])
    assert.equal(changed.contact.id, contact.id)
  })
  await step('registers a callback', async () => {
    callback = await system.postSystemCallbacks({ type: 'ticket', level: 'owner', objectId: 1, url: 'https://127.0.0.1:9/hook?id=' })
    assert.equal(callback.type.toLowerCase(), 'ticket')
  })
  await step('removes the callback', async () => {
    await system.deleteSystemCallbacksById(callback.id)
    await assert.rejects(system.getSystemCallbacksById(callback.id), status(404))
  })
  await step('closes', async () => {
    const closed = await service.patchServiceTicketsById(ticket.id, [{ op: 'replace', path: 'status', value: { name: 'Completed' } }])
    assert.equal(closed.closedFlag, true)
    assert.deepEqual(await service.getServiceTicketsCount({ conditions: 'summary contains "Foreign client" and closedFlag=false' }), { count: 29 })
  })
  await step('replaces', async () => {
    const whole = await service.getServiceTicketsById(other.id)
    const put = await service.putServiceTicketsById(other.id, { ...whole, summary: 'Foreign client, replaced' })
    assert.equal(put.summary, 'Foreign client, replaced')
  })
  await step('deletes', async () => {
    await service.deleteServiceTicketsById(other.id)
    await assert.rejects(service.getServiceTicketsById(other.id), status(404))
  })
  await step('is refused with a wrong key', () => assert.rejects(new ManageAPI({ ...options, privateKey: 'wrong' }).ServiceAPI.getServiceBoards(), status(401)))
  await step('reaches the tenant by its codebase, too', async () => {
    const { Codebase } = await (await fetch(`${keys.url}/login/companyinfo/${keys.company}`)).json()
    const direct = new ManageAPI({ ...options, entryPoint: Codebase.replace('/', '') })
    assert.ok((await direct.ServiceAPI.getServiceBoards()).length > 1)
  })
}
