package connectwisetest

// Collections returns the collections that the server serves, with the type of
// their records.
func Collections() map[string]string {
	out := map[string]string{}
	for _, sp := range specs {
		if sp.path != "" {
			out[sp.path] = sp.schema
		}
	}
	return out
}
