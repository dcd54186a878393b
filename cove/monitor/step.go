package monitor

// stepLine is what to do first about a problem that no error explains.
func stepLine(v *Verdict) string {
	if v.Outcome != Problem {
		return ""
	}
	return "First step: " + stepOf(bySeverity(v.Findings)[0].Condition, v.Class) + "."
}

func stepOf(c Condition, class Class) string {
	switch c {
	case Offline:
		if class == ClassM365 {
			return "see in the console whether the tenant is still connected"
		}
		return "see whether the machine is on and online, then whether its backup service runs"
	case Never:
		return "see in the console whether the device has a schedule, then start a backup by hand"
	case Stale:
		return "see in the console whether a session hangs or the schedule is off, then start a backup by hand"
	case NoSelection:
		return "select what is to be backed up; delete the device if it is retired"
	case OverQuota:
		return "raise the quota, or select less"
	case Missed:
		return "see why the machine was off or out of reach at the time of the schedule"
	case Interrupted:
		return "see whether the machine goes off or offline while the backup runs"
	case OutOfSync:
		return "see in the backup manager whether path, free space and connection of the storage are right"
	case Untested:
		return "see the report of the recovery test in the console"
	}
	return "read the errors of the last session in the console"
}
