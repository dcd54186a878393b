package connectwise

// DiscussionNote is an entry of a ticket's whole discussion,
// service/tickets/{id}/allNotes: a note of the ticket, of a time entry, of a
// meeting, or of a child or merged ticket. It is read-only.
type DiscussionNote struct {
	ID                    int64  `json:"id,omitzero" cw:"readonly"`
	NoteType              string `json:"noteType,omitzero" cw:"readonly"` // one of TicketNote, TimeEntryNote, MeetingNote
	Ticket                Ref    `json:"ticket,omitzero" cw:"readonly"`
	Text                  string `json:"text,omitzero"`
	IsMarkdownFlag        bool   `json:"isMarkdownFlag,omitzero"` // the text is Markdown
	DetailDescriptionFlag bool   `json:"detailDescriptionFlag,omitzero"`
	InternalAnalysisFlag  bool   `json:"internalAnalysisFlag,omitzero"`
	ResolutionFlag        bool   `json:"resolutionFlag,omitzero"`
	TimeStart             Time   `json:"timeStart,omitzero" cw:"readonly"`
	TimeEnd               Time   `json:"timeEnd,omitzero" cw:"readonly"`
	BundledFlag           bool   `json:"bundledFlag,omitzero" cw:"readonly"` // came from a child ticket
	MergedFlag            bool   `json:"mergedFlag,omitzero" cw:"readonly"`  // came from a merged ticket
	IssueFlag             bool   `json:"issueFlag,omitzero"`
	OriginalAuthor        string `json:"originalAuthor,omitzero" cw:"readonly"`
	CreatedByParentFlag   bool   `json:"createdByParentFlag,omitzero" cw:"readonly"`
	Member                Ref    `json:"member,omitzero"`
	Contact               Ref    `json:"contact,omitzero"`
	Info                  Info   `json:"_info,omitzero" cw:"readonly"`
}
