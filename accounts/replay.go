package accounts

// apply repeats one operation of the journal. It has the same effect on a roster that contains it
// already, except that an older value may stand for a moment until the later lines are repeated too.
func (r *roster) apply(o op) {
	e := r.byFolder[nameKey(o.Folder)]
	switch o.Kind {
	case opRegister:
		r.register(o, e)
		return
	case opRetire:
		r.retire(o.Folder)
		return
	}
	if e == nil {
		return // removed in the workbook since; there is nothing left to change
	}
	switch o.Kind {
	case opPassword:
		e.hash = o.Hash
		delete(e.bad, colPassword)
		e.note = ""
	case opStatus:
		e.disabled = o.Disabled
		delete(e.bad, colStatus)
	case opQuota:
		e.quota, _ = parseQuota(o.Quota) // decodeOp or SetQuota checked it
		delete(e.bad, colQuota)
	case opEntries:
		e.entryLimit, _ = parseEntryLimit(o.Entries) // as with the quota
		delete(e.bad, colEntryLimit)
	case opRemove:
		r.remove(e)
	}
}

// register adds an account that is not there yet. When an administrator typed a row of the same name
// meanwhile, both mean the same person, and the row keeps what it says.
func (r *roster) register(o op, e *entry) {
	if e != nil {
		if e.hash == "" {
			e.hash = o.Hash
		}
		return
	}
	delete(r.retired, nameKey(o.Folder))
	e = &entry{name: o.Name, folder: o.Folder, hash: o.Hash, registered: o.At}
	e.quota, _ = parseQuota(o.Quota)
	r.next++
	e.order = r.next
	if other := r.named(o.Name); other != nil {
		// Somebody else was renamed to this name in the workbook. The person who was told that the
		// registration succeeded keeps it; the row is shown as a problem.
		other.complain(colUser, "%q was registered by somebody else meanwhile; type another name", o.Name)
		delete(r.byKey, nameKey(o.Name))
	}
	r.insert(e)
}

// retire marks the folder of a row that was deleted in the workbook. When the file has the row again,
// it came back, and its owner keeps the folder.
func (r *roster) retire(folder string) {
	key := nameKey(folder)
	if e := r.byFolder[key]; e == nil {
		r.retired[key] = folder
	} else if e.order > 0 { // known from an earlier line only, not from a row
		r.remove(e)
	}
}
