package connectwise

// TimeModule is the time module of the API, time/....
type TimeModule struct {
	Entries *Collection[TimeEntry]
}

func newTimeModule(c *Client) *TimeModule {
	return &TimeModule{Entries: NewCollection[TimeEntry](c, "time/entries")}
}
