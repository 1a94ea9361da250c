#!/bin/sh
# azd runs this after a deployment: calls the operation Check for each configured org and prints its answers. Exit codes:
# 0: everything is in order.
# 1: the app does not answer, or fails by itself. The package may be the reason.
# 2: not looked at, as the app cannot be called from here or no org is configured.
# 3: the app answers; credentials, the org or a setting are not in order.
set -eu

url=${SERVICE_CONNECTOR_URI:?is not set; run this by: azd hooks run postdeploy}
group=${AZURE_RESOURCE_GROUP:?}
app=${AZURE_FUNCTION_NAME:?}
attempts=${HOOK_ATTEMPTS:-20}
pause=${HOOK_PAUSE_SECONDS:-15}

if ! command -v az >/dev/null; then
  echo 'The Azure CLI (az) is not installed: the app is not called.' >&2
  exit 2
fi

answer=$(mktemp)
headers=$(mktemp)
trap 'rm -f "$answer" "$headers"' EXIT

error_code() { sed -n 's/.*"errorCode": *"\([A-Z_]*\)".*/\1/p' "$answer" | head -n 1; }

# Whether all is in order is the answer's first member.
is_ok() { grep -Eq '^[[:space:]]*\{[[:space:]]*"ok":[[:space:]]*true' "$answer"; }

# Posts the payload. Sets status and code, and waits while the app starts or its roles do not work yet: both take minutes
# when they are new.
call() {
  attempt=1
  while :; do
    status=000
    if key=$(az functionapp keys list --resource-group "$group" --name "$app" --query functionKeys.default --output tsv ${AZURE_SUBSCRIPTION_ID:+--subscription "$AZURE_SUBSCRIPTION_ID"} 2>"$answer") && [ -n "$key" ]; then
      printf 'x-functions-key: %s\n' "$key" >"$headers"
      if [ -n "${ENTRA_CLIENT_ID:-}" ] && token=$(az account get-access-token --scope "api://$ENTRA_CLIENT_ID/.default" --query accessToken --output tsv 2>/dev/null); then
        printf 'Authorization: Bearer %s\n' "$token" >>"$headers"
      fi

      # The key comes from a file, not from the command line, which others can see.
      status=$(curl --silent --max-time 60 --output "$answer" --write-out '%{http_code}' --header "@$headers" \
        --header 'Content-Type: application/json' --data "$1" "$url/api/check") || true
    elif grep -Eq 'az login|AADSTS|AuthorizationFailed' "$answer"; then
      cat "$answer" >&2
      echo 'The function key may not be read from here: the app is not called. Log in by az login, and try again: azd hooks run postdeploy' >&2
      exit 2
    fi

    code=$(error_code)
    case "$status $code" in
      000\ * | 404\ | 502\ | 503\ | 500\ | *\ CONNECTOR_STOPPING | *\ SECRET_ACCESS_DENIED | *\ SIGNING_KEY_ACCESS_DENIED | *\ KEY_VAULT_UNAVAILABLE)
        if [ "$attempt" -ge "$attempts" ]; then break; fi
        if [ "$attempt" -eq 1 ]; then echo 'Waiting for the app ...'; fi
        attempt=$((attempt + 1))
        sleep "$pause"
        ;;
      *) break ;;
    esac
  done
}

advise() {
  case "$status $code" in
    *\ SECRET_NOT_FOUND) echo 'The credentials are missing in the vault: azd hooks run postprovision' >&2 ;;
    *\ SIGNING_KEY_NOT_FOUND) echo 'The certificate is missing in the vault: azd hooks run postprovision' >&2 ;;
    *\ SALESFORCE_AUTHENTICATION_FAILED)
      if grep -Eq '"type": *"oauth-jwt-bearer-flow"' "$answer"; then
        echo 'Salesforce refuses the login by JWT bearer. See consumer key and user name, and in the External Client App the certificate and the permitted users.' >&2
      else
        echo 'Salesforce refuses the credentials. See the External Client App: client credentials flow, user to run as, id and secret.' >&2
      fi
      ;;
  esac
}

# Prints the answer, and returns the exit code for it.
judge() {
  case "$status $code" in
    200\ *)
      if is_ok; then
        cat "$answer"
        printf '\nThe connector reaches Salesforce.\n'
        return 0
      fi
      ;;
    401\ * | 403\ | *\ CALLER_NOT_ALLOWED)
      echo 'This machine or its identity may not call the app (CALLER_IP_RANGES, ENTRA_CLIENT_ID, SALESFORCE_CALLERS): it is not looked at from here.' >&2
      return 2
      ;;
  esac

  advise
  cat "$answer" >&2
  echo >&2
  case "$status $code" in
    200\ * | *\ ?*) if [ "$code" = INTERNAL_ERROR ] || [ "$code" = CONNECTOR_STOPPING ]; then return 1; else return 3; fi ;;
    *) return 1 ;;
  esac
}

# Without a default org, payloads name theirs.
orgs=$(printf '%s\n' "${SALESFORCE_ORGS:-}" | tr ',' '\n' | sed 's/[[:space:]]//g; /^$/d')
if [ -n "${SALESFORCE_BASE_URL:-}" ]; then orgs="- $orgs"; fi
if [ -z "$orgs" ]; then
  call '{}'
  if [ "$status" = 400 ] && [ -n "$code" ]; then
    echo "POST $url/api/check: the app answers; there is no org to look at."
    echo 'No org is configured: azd env set SALESFORCE_BASE_URL https://MyDomainName.my.salesforce.com && azd provision' >&2
    exit 2
  fi

  orgs=-
fi

exit_code=0
for org in $orgs; do
  case $org in
    -) name= payload='{}' ;;
    *) name=" for ${org%%=*}" payload="{\"baseUrl\":\"${org#*=}\"}" ;;
  esac

  call "$payload"
  echo "POST $url/api/check$name: $status${code:+ $code}"
  if judge; then result=0; else result=$?; fi
  # The app itself is the same for every org.
  if [ "$result" -eq 1 ]; then exit 1; fi
  if [ "$result" -gt "$exit_code" ]; then exit_code=$result; fi
done

exit "$exit_code"
