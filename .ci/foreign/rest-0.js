// connectwise-rest 0.x: the older half, with names of its own and the package
// request. It judges an answer by its body alone.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'

const ConnectWiseRest = createRequire(import.meta.url)('connectwise-rest-0')

export default async function (step, keys, host) {
  const options = { companyId: keys.company, companyUrl: host, publicKey: keys.publicKey, privateKey: keys.privateKey, clientId: keys.clientId, logger: () => {} }
  const cw = new ConnectWiseRest(options)
  const { Tickets, Boards, Statuses, ServiceNotes, Priorities } = cw.ServiceDeskAPI
  const { Companies, Contacts, Configurations, CompanySites, CompanyTypes } = cw.CompanyAPI
  const code = want => error => error.code === want || assert.fail(`want ${want}, not ${JSON.stringify(error)}`)
  let board, company, ticket, note, contact, config

  await step('lists boards', async () => {
    board = (await Boards.getBoards({ conditions: 'name = "Service Desk"' }))[0]
    assert.equal(board.name, 'Service Desk')
  })
  await step('counts boards', async () => assert.ok((await Boards.getBoardsCount()).count > 1))
  await step('reads a board', async () => assert.equal((await Boards.getBoardById(board.id)).id, board.id))
  await step('lists statuses', async () => {
    assert.deepEqual((await Statuses.getStatusesByBoardId(board.id)).map(s => s.name), ['New', 'In Progress', 'Waiting Customer', 'Completed'])
  })
  await step('counts statuses', async () => assert.equal((await Statuses.getStatusesCount(board.id)).count, 4))
  await step('lists priorities', async () => assert.ok((await Priorities.getPriorities({ pageSize: 50 })).length > 2))
  await step('lists companies', async () => {
    company = (await Companies.getCompanies({ pageSize: 3, orderBy: 'id' }))[0]
    assert.ok(company.identifier.length > 0)
  })
  await step('finds a company by its identifier', async () => {
    assert.deepEqual((await Companies.getCompanies({ conditions: `identifier = "${company.identifier}"` })).map(c => c.id), [company.id])
  })
  await step('lists sites', async () => assert.ok((await CompanySites.getCompanySites(company.id)).length > 0))
  await step('lists types', async () => assert.ok((await CompanyTypes.getCompanyTypes()).length > 0))
  await step('changes a company', async () => {
    assert.equal((await Companies.updateCompany(company.id, [{ op: 'replace', path: 'phoneNumber', value: '5550100' }])).phoneNumber, '5550100')
  })
  await step('creates a ticket', async () => {
    ticket = await Tickets.createTicket({ summary: 'Older client', board: { name: 'Service Desk' }, company: { identifier: company.identifier } })
    assert.equal(ticket.company.id, company.id)
  })
  await step('reads it', async () => assert.equal((await Tickets.getTicketById(ticket.id)).summary, 'Older client'))
  await step('counts it', async () => assert.equal((await Tickets.getTicketsCount({ conditions: 'summary = "Older client"' })).count, 1))
  await step('changes it', async () => {
    assert.equal((await Tickets.updateTicket(ticket.id, [{ op: 'replace', path: 'summary', value: 'Older client, renamed' }])).summary, 'Older client, renamed')
  })
  await step('moves it to a status by name', async () => {
    assert.equal((await Tickets.updateTicketStatusByName(ticket.id, 'In Progress')).status.name, 'In Progress')
  })
  await step('changes its priority by name', async () => {
    const [priority] = await Priorities.getPriorities({ pageSize: 1 })
    assert.equal((await Tickets.updateTicketPriority(ticket.id, priority.name)).priority.id, priority.id)
  })
  await step('writes an internal note', async () => {
    note = await ServiceNotes.createServiceNoteInternal(ticket.id, 'Nobody else reads this')
    assert.equal(note.internalAnalysisFlag, true)
  })
  await step('writes a note for the customer', async () => {
    assert.equal((await ServiceNotes.createServiceNoteDetail(ticket.id, 'All will be well')).detailDescriptionFlag, true)
  })
  await step('writes a resolution', async () => {
    assert.equal((await ServiceNotes.createServiceNoteResolution(ticket.id, 'All is well')).resolutionFlag, true)
  })
  await step('counts notes', async () => assert.equal((await ServiceNotes.getServiceNotesCount(ticket.id)).count, 3))
  await step('removes a note', async () => {
    await ServiceNotes.deleteServiceNoteById(ticket.id, note.id)
    assert.equal((await ServiceNotes.getServiceNotes(ticket.id)).length, 2)
  })
  await step('creates a contact', async () => {
    contact = await Contacts.createContact({ firstName: 'John', lastName: 'Roe', company: { id: company.id } })
    assert.equal((await Contacts.getContactById(contact.id)).lastName, 'Roe')
  })
  await step('finds a configuration and attaches it', async () => {
    config = (await Configurations.getConfigurations({ conditions: `company/id = ${company.id}` }))[0]
    await Tickets.createConfigurationAssociation(ticket.id, config.id)
    assert.equal((await Tickets.getTicketConfigurationsCount(ticket.id)).count, 1)
  })
  await step('pages', async () => {
    const all = await cw.API.paginate(Companies.getCompanies, [{ conditions: 'id > 0', orderBy: 'id' }], Companies, 4)
    assert.equal(all.length, (await Companies.getCompaniesCount({ conditions: 'id > 0' })).count)
  })
  await step('reads the member behind a name', async () => {
    assert.equal((await cw.SystemAPI.Members.getMemberByIdentifier('admin')).identifier, 'admin')
  })
  await step('lists time entries', async () => assert.ok((await cw.TimeAPI.TimeEntries.getTimeEntries({ pageSize: 10 })).length > 0))
  await step('deletes', async () => {
    await Tickets.deleteTicketsById(ticket.id)
    await assert.rejects(Tickets.getTicketById(ticket.id), code('NotFound'))
  })
  await step('asks for a path of its own', async () => {
    assert.equal(typeof (await cw.API.api('/system/info', 'GET')).version, 'string')
  })
  await step('is refused with a wrong key', () => assert.rejects(new ConnectWiseRest({ ...options, privateKey: 'wrong' }).ServiceDeskAPI.Boards.getBoards({}), code('Unauthorized')))
}
