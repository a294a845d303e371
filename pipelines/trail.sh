# Runs a command with the audit trail at hand, and takes the trail home, whatever becomes of the command. Home is a Git
# repository whose main branch Bitbucket lets nobody rewrite or delete: every line that was ever in it stays in its history.
#
#   sh trail.sh deploy-prod npm run --silent deploy -- prod --yes
#
# The first word names a folder in that repository. Give each pipeline one of its own: two that run at once then never
# write the same file.
#
# AUDIT_REPOSITORY     for example acme/identity-audit
# AUDIT_SERVER         default: https://bitbucket.org
# BITBUCKET_API_TOKEN  with read:repository and write:repository
#
# Ends as the command does; with 1 where the trail could not be taken home.

name="$1"
shift
server="${AUDIT_SERVER:-https://bitbucket.org}"
: "${AUDIT_REPOSITORY:?names the repository that keeps the audit trail, for example acme/identity-audit}"
trail="${BITBUCKET_CLONE_DIR:-$PWD}/trail"

audit_git() {
  # Of this server alone; in no file and no command line.
  git -c "credential.$server.helper=!f() { test \"\$1\" = get && echo username=x-bitbucket-api-token-auth && echo \"password=\$BITBUCKET_API_TOKEN\"; }; f" \
    -c user.name="${BITBUCKET_REPO_FULL_NAME:-runner}" -c user.email="${BITBUCKET_EMAIL:-runner@localhost}" "$@"
}

keep() {
  rm -f "$trail"/*/lock
  audit_git -C "$trail" add --all
  if ! audit_git -C "$trail" diff --cached --quiet; then
    audit_git -C "$trail" commit --quiet --message "$name, ${BITBUCKET_REPO_FULL_NAME:-run} ${BITBUCKET_BUILD_NUMBER:-}"
  fi
  for again in 1 2 3 4 5; do
    if audit_git -C "$trail" pull --quiet --rebase origin "$branch" && audit_git -C "$trail" push --quiet origin "HEAD:$branch"; then
      return 0
    fi
    sleep "$again"
  done
  echo "error: the audit trail of this run is not in $AUDIT_REPOSITORY; it lies in $trail, and in the log below" >&2
  cat "$trail/$name/trail.jsonl" >&2
  return 1
}

audit_git clone --quiet "$server/$AUDIT_REPOSITORY.git" "$trail" || exit 1
# Its main branch, whatever that is called.
branch="$(audit_git -C "$trail" symbolic-ref --short HEAD)" || exit 1
export BITBUCKET_KEYCLOAK_AUDIT="$trail" BITBUCKET_KEYCLOAK_AUDIT_WRITER="$name"
# A step that is stopped is asked to end: the command is waited for, and what it wrote is kept.
trap 'kill "$command" 2>/dev/null' INT TERM
"$@" &
command=$!
wait "$command"
code=$?
if [ "$code" -gt 128 ]; then wait "$command" 2>/dev/null; fi
keep || exit 1
exit "$code"
