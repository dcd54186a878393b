package connectwise

// Of gives what a security role may do with the requirement's function, found by
// its whole name. A role that does not list it may do nothing: the zero
// Permission.
func (n Requirement) Of(role []*Permission) Permission {
	if p := find(role, n); p != nil {
		return *p
	}
	return Permission{}
}
