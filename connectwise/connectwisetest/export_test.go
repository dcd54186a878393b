package connectwisetest

// Collections are the collections the server serves, with the records in them.
func Collections() map[string]string {
	out := map[string]string{}
	for _, sp := range specs {
		if sp.path != "" {
			out[sp.path] = sp.schema
		}
	}
	return out
}
