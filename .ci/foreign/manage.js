// connectwise-manage-rest-api: paths and verbs, the codebase looked up first.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'

const api = createRequire(import.meta.url)('connectwise-manage-rest-api')

export default async function (step, keys, host) {
  const options = { fqdn: host, companyId: keys.company, publicKey: keys.publicKey, privateKey: keys.privateKey, clientId: keys.clientId }
  const manage = api(options)
  const status = code => error => error?.response?.status === code || assert.fail(`want ${code}, not ${error}`)
  const where = conditions => `conditions=${encodeURIComponent(conditions)}`
  let company, note, ticket, second

  await step('looks the codebase up and reads the version', async () => assert.match((await manage.get('system/info')).version, /^v20/))
  await step('goes by the router form, too', async () => {
    assert.equal((await api({ ...options, version: 'v4_6_release' }).get('service/boards?pageSize=1')).length, 1)
  })
  await step('lists companies', async () => {
    company = (await manage.get('company/companies?pageSize=2&page=2&orderBy=id asc'))[1]
    assert.ok(company.name.length > 0)
  })
  await step('reads a company', async () => assert.equal((await manage.get(`company/companies/${company.id}`)).id, company.id))
  await step('writes a note to it', async () => {
    note = await manage.post(`company/companies/${company.id}/notes`, { text: 'beep' })
    assert.equal(note.text, 'beep')
  })
  await step('patches the note', async () => {
    const patched = await manage.patch(`company/companies/${company.id}/notes/${note.id}`, [{ op: 'replace', path: '/text', value: 'boop' }])
    assert.equal(patched.text, 'boop')
  })
  await step('replaces the note', async () => {
    const put = await manage.put(`company/companies/${company.id}/notes/${note.id}`, { id: note.id, type: note.type, text: 'buup' })
    assert.equal(put.text, 'buup')
  })
  await step('deletes the note', async () => {
    assert.equal(await manage.delete(`company/companies/${company.id}/notes/${note.id}`), undefined)
    await assert.rejects(manage.get(`company/companies/${company.id}/notes/${note.id}`), status(404))
  })
  await step('creates tickets', async () => {
    ticket = await manage.post('service/tickets', { summary: 'Third client', company: { id: company.id } })
    second = await manage.post('service/tickets', { summary: 'Third client again', company: { id: company.id } })
    assert.equal(second.board.name, 'Service Desk')
  })
  await step('filters', async () => {
    assert.deepEqual((await manage.get(`service/tickets?${where('summary = "Third client"')}`)).map(t => t.id), [ticket.id])
  })
  await step('filters by time', async () => {
    assert.equal((await manage.get(`service/tickets?${where('dateEntered > [2020-01-01T00:00:00Z] and summary contains "Third"')}`)).length, 2)
  })
  await step('asks for fields', async () => {
    assert.deepEqual(Object.keys((await manage.get(`service/tickets?fields=id&${where(`id = ${ticket.id}`)}`))[0]), ['id'])
  })
  await step('pages', async () => {
    const { count } = await manage.get('company/companies/count')
    const ids = new Set()
    for (let page = 1; page <= count / 4 + 1; page++) {
      for (const row of await manage.get(`company/companies?pageSize=4&page=${page}&fields=id&orderBy=id`)) ids.add(row.id)
    }
    assert.equal(ids.size, count)
  })
  await step('patches a path below a reference', async () => {
    const statuses = await manage.get(`service/boards/${ticket.board.id}/statuses`)
    const closed = statuses.find(s => s.closedStatus)
    await manage.patch(`service/tickets/${ticket.id}`, [{ op: 'replace', path: 'status/id', value: closed.id }])
    assert.equal((await manage.get(`service/tickets/${ticket.id}`)).closedFlag, true)
  })
  await step('merges', async () => {
    const answer = await manage.post(`service/tickets/${ticket.id}/merge`, { mergeTicketIds: [second.id], status: { name: 'Completed' } })
    assert.equal(answer.success, true, JSON.stringify(answer))
    assert.equal((await manage.get(`service/tickets/${second.id}`)).closedFlag, true)
  })
  await step('is told what is missing', async () => {
    await assert.rejects(manage.post('service/tickets', { company: { id: company.id } }), error => status(400)(error) && error.responseBody.errors.some(e => e.field === 'summary'))
  })
  await step('is told that a record is not there', () => assert.rejects(manage.get('service/tickets/99999999'), error => status(404)(error) && error.responseBody.code === 'NotFound'))
  await step('is told that a path is not there', () => assert.rejects(manage.get('service/nonsense'), status(404)))
  await step('is refused with a wrong key', () => assert.rejects(api({ ...options, privateKey: 'wrong' }).get('system/info'), status(401)))
}
