# azd runs this after a deployment: calls the operation Check for each configured org and prints its answers. Exit codes:
# 0: everything is in order.
# 1: the app does not answer, or fails by itself. The package may be the reason.
# 2: not looked at, as the app cannot be called from here or no org is configured.
# 3: the app answers; credentials, the org or a setting are not in order.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

$url = $env:SERVICE_CONNECTOR_URI
if (-not $url) { [Console]::Error.WriteLine('SERVICE_CONNECTOR_URI is not set; run this by: azd hooks run postdeploy'); exit 2 }
$attempts = if ($env:HOOK_ATTEMPTS) { [int]$env:HOOK_ATTEMPTS } else { 20 }
$pause = if ($env:HOOK_PAUSE_SECONDS) { [int]$env:HOOK_PAUSE_SECONDS } else { 15 }

if (-not (Get-Command az -ErrorAction Ignore)) {
    [Console]::Error.WriteLine('The Azure CLI (az) is not installed: the app is not called.')
    exit 2
}

$subscription = if ($env:AZURE_SUBSCRIPTION_ID) { '--subscription', $env:AZURE_SUBSCRIPTION_ID } else { @() }

# The app is starting, or its roles do not work yet: both take minutes when they are new.
function Test-Starting([int] $Status, [string] $Code) {
    return $Status -eq 0 -or $Code -in 'CONNECTOR_STOPPING', 'SECRET_ACCESS_DENIED', 'SIGNING_KEY_ACCESS_DENIED', 'KEY_VAULT_UNAVAILABLE' -or
        (-not $Code -and $Status -in 404, 500, 502, 503)
}

# Posts the payload, and waits while the app is starting. Returns status, error code and body of the answer.
function Invoke-Check([string] $Payload) {
    for ($attempt = 1; ; $attempt++) {
        $status = 0
        $code = ''
        $key = (& az functionapp keys list --resource-group $env:AZURE_RESOURCE_GROUP --name $env:AZURE_FUNCTION_NAME --query functionKeys.default --output tsv @subscription 2>&1 | Out-String).Trim()
        $answer = $key
        if ($LASTEXITCODE -eq 0 -and $key) {
            $headers = @{ 'x-functions-key' = $key }
            if ($env:ENTRA_CLIENT_ID) {
                $token = (& az account get-access-token --scope "api://$env:ENTRA_CLIENT_ID/.default" --query accessToken --output tsv 2>$null | Out-String).Trim()
                if ($LASTEXITCODE -eq 0) { $headers['Authorization'] = "Bearer $token" }
            }

            try {
                $reply = Invoke-WebRequest -Uri "$url/api/check" -Method Post -Body $Payload -ContentType 'application/json' -Headers $headers -SkipHttpErrorCheck -TimeoutSec 60
                $status = $reply.StatusCode
                $answer = if ($reply.Content -is [byte[]]) { [Text.Encoding]::UTF8.GetString($reply.Content) } else { "$($reply.Content)" }
                if ($answer -match '"errorCode": *"([A-Z_]*)"') { $code = $Matches[1] }
            }
            catch [Net.Http.HttpRequestException], [Threading.Tasks.TaskCanceledException], [TimeoutException] {
                $answer = $_.Exception.Message
            }
        }
        elseif ($answer -match 'az login|AADSTS|AuthorizationFailed') {
            [Console]::Error.WriteLine($answer)
            [Console]::Error.WriteLine('The function key may not be read from here: the app is not called. Log in by az login, and try again: azd hooks run postdeploy')
            exit 2
        }

        if (-not (Test-Starting $status $code) -or $attempt -ge $attempts) { return @{ Status = $status; Code = $code; Body = $answer } }
        if ($attempt -eq 1) { [Console]::Out.WriteLine('Waiting for the app ...') }
        Start-Sleep -Seconds $pause
    }
}

# Prints the answer, and returns the exit code for it.
function Get-Judgement($Answer) {
    # Whether all is in order is the answer's first member.
    if ($Answer.Status -eq 200 -and $Answer.Body -match '^\s*\{\s*"ok":\s*true') {
        [Console]::Out.WriteLine($Answer.Body)
        [Console]::Out.WriteLine('The connector reaches Salesforce.')
        return 0
    }

    if ($Answer.Status -eq 401 -or ($Answer.Status -eq 403 -and -not $Answer.Code) -or $Answer.Code -eq 'CALLER_NOT_ALLOWED') {
        [Console]::Error.WriteLine('This machine or its identity may not call the app (CALLER_IP_RANGES, ENTRA_CLIENT_ID, SALESFORCE_CALLERS): it is not looked at from here.')
        return 2
    }

    $advice = switch ($Answer.Code) {
        'SECRET_NOT_FOUND' { 'The credentials are missing in the vault: azd hooks run postprovision' }
        'SIGNING_KEY_NOT_FOUND' { 'The certificate is missing in the vault: azd hooks run postprovision' }
        'SALESFORCE_AUTHENTICATION_FAILED' {
            if ($Answer.Body -match '"type": *"oauth-jwt-bearer-flow"') {
                'Salesforce refuses the login by JWT bearer. See consumer key and user name, and in the External Client App the certificate and the permitted users.'
            }
            else {
                'Salesforce refuses the credentials. See the External Client App: client credentials flow, user to run as, id and secret.'
            }
        }
    }
    if ($advice) { [Console]::Error.WriteLine($advice) }
    [Console]::Error.WriteLine($Answer.Body)
    if ($Answer.Code -in 'INTERNAL_ERROR', 'CONNECTOR_STOPPING' -or ($Answer.Status -ne 200 -and -not $Answer.Code)) { return 1 }
    return 3
}

# Without a default org, payloads name theirs.
$orgs = @()
if ($env:SALESFORCE_BASE_URL) { $orgs += @{ Name = ''; Payload = '{}' } }
foreach ($org in "$env:SALESFORCE_ORGS".Split(',', [StringSplitOptions]'RemoveEmptyEntries, TrimEntries')) {
    $name, $baseUrl = $org.Split('=', 2, [StringSplitOptions]::TrimEntries)
    $orgs += @{ Name = " for $name"; Payload = "{`"baseUrl`":`"$baseUrl`"}" }
}

$answer = $null
if (-not $orgs) {
    $answer = Invoke-Check '{}'
    if ($answer.Status -eq 400 -and $answer.Code) {
        Write-Output "POST $url/api/check: the app answers; there is no org to look at."
        [Console]::Error.WriteLine('No org is configured: azd env set SALESFORCE_BASE_URL https://MyDomainName.my.salesforce.com && azd provision')
        exit 2
    }

    $orgs = @(@{ Name = ''; Payload = '{}' })
}

$exitCode = 0
foreach ($org in $orgs) {
    $answer = Invoke-Check $org.Payload
    $code = if ($answer.Code) { " $($answer.Code)" } else { '' }
    [Console]::Out.WriteLine("POST $url/api/check$($org.Name): $($answer.Status.ToString('000'))$code")
    $result = Get-Judgement $answer
    # The app itself is the same for every org.
    if ($result -eq 1) { exit 1 }
    $exitCode = [Math]::Max($exitCode, $result)
}

exit $exitCode
