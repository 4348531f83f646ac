package transfer

// StreamSegment is how many bytes a request of a large file has.
var StreamSegment = defaultStreams.segment

// SetStreams makes a queue use several requests for smaller files, on so many
// streams. Transfers that run go by what was before.
func (q *Queue) SetStreams(count int, least, segment int64) {
	q.env.streams = streamRules{count: count, least: least, segment: segment}
}
