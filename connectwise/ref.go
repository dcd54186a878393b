package connectwise

// Ref is a reference to another record: the board of a ticket, the company of
// a contact, the owner of a board.
//
// On reads the server fills ID and, where the kind has them, Identifier and
// Name. On writes one of the three is enough. ID always works. Companies,
// members, countries, states and departments can also be given by identifier,
// most other kinds by name. A zero Ref is left out of a request; Set(path, nil)
// clears a reference.
//
// Ref does not keep members that only some kinds of reference have, such as the
// sort order of a priority; read the record itself for those.
type Ref struct {
	ID         int64  `json:"id,omitzero"`
	Identifier string `json:"identifier,omitzero"`
	Name       string `json:"name,omitzero"`
}

// ByID refers to a record by its record id.
func ByID(id int64) Ref { return Ref{ID: id} }

// ByName refers to a record by its name, which the server looks up. It looks up
// statuses, types, subtypes, items and teams within the board.
func ByName(name string) Ref { return Ref{Name: name} }

// ByIdentifier refers to a company, member, country, state or department by its
// identifier.
func ByIdentifier(identifier string) Ref { return Ref{Identifier: identifier} }

// IsZero reports whether the reference is empty.
func (r Ref) IsZero() bool { return r == Ref{} }

// Is reports whether other names the same record, by id where both know it.
func (r Ref) Is(other Ref) bool {
	if r.ID != 0 && other.ID != 0 {
		return r.ID == other.ID
	}
	return (r.Identifier != "" && r.Identifier == other.Identifier) || (r.Name != "" && r.Name == other.Name)
}
