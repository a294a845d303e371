# Puts the program and the data of the branch that pull requests go into in the folder "program", and goes there. Read by
# the steps of bitbucket-pipelines.yml:
#
#   . ./program.sh
#
# ACCESS_REPOSITORY    for example acme/identity
# ACCESS_BRANCH        default: main
# ACCESS_SERVER        default: https://bitbucket.org
# BITBUCKET_API_TOKEN  with read:repository; Git asks for it when it needs it, so that it is in no file and no command

git init --quiet program
cd program
server="${ACCESS_SERVER:-https://bitbucket.org}"
git remote add origin "$server/$ACCESS_REPOSITORY.git"
# Of this server alone: another that Git is sent on to gets nothing.
git config "credential.$server.helper" \
  '!f() { test "$1" = get && echo username=x-bitbucket-api-token-auth && echo "password=$BITBUCKET_API_TOKEN"; }; f'
git fetch --quiet --no-tags origin "refs/heads/${ACCESS_BRANCH:-main}" || {
  echo "error: $ACCESS_REPOSITORY cannot be fetched; where Git says that it is refused, BITBUCKET_API_TOKEN has ended or lacks the scope read:repository:bitbucket: make another at https://id.atlassian.com/manage-profile/security/api-tokens" >&2
  exit 1
}
git checkout --quiet --force --detach FETCH_HEAD
