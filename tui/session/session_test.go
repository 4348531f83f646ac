package session

import (
	"fmt"
	"strings"
	"testing"
)

func TestTokenStaysOutOfErrors(t *testing.T) {
	s := &Session{Server: "a:1", User: "alice", token: token}
	for _, shown := range []string{fmt.Sprint(s.token), fmt.Sprintf("%+v", s), fmt.Sprintf("%#v", s.token)} {
		if strings.Contains(shown, string(token)) {
			t.Errorf("the token is shown in %s", shown)
		}
	}
}
