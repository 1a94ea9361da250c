# azd runs this before provisioning. Vaults that azd down has deleted keep their names for 90 days: it looks for those of this
# environment, and sets AZURE_DELETED_VAULTS, by which the deployment recovers them. Each run looks anew, so that a deployment
# that failed halfway can be repeated.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

if (-not $env:AZURE_ENV_NAME) { [Console]::Error.WriteLine('AZURE_ENV_NAME is not set; run this by: azd hooks run preprovision'); exit 2 }

if (-not (Get-Command az -ErrorAction Ignore)) {
    [Console]::Error.WriteLine('The Azure CLI (az) is not installed: deleted vaults are not looked for.')
    exit 1
}

$subscription = if ($env:AZURE_SUBSCRIPTION_ID) { '--subscription', $env:AZURE_SUBSCRIPTION_ID } else { @() }
$ids = az keyvault list-deleted --resource-type vault --query '[].properties.vaultId' --output tsv @subscription
if ($LASTEXITCODE -ne 0) {
    [Console]::Error.WriteLine('Deleted vaults are not looked for. After azd down, log in by az login, and try again.')
    exit 1
}

# The last part of /subscriptions/…/resourceGroups/rg-{environment}/providers/Microsoft.KeyVault/vaults/{name}.
$group = "/resourcegroups/rg-$env:AZURE_ENV_NAME/".ToLowerInvariant()
$vaults = @($ids | ForEach-Object { "$_".Trim().ToLowerInvariant() } | Where-Object { $_.Contains($group) } | ForEach-Object { $_.Split('/')[-1] }) -join ','

if ($vaults -ne "$env:AZURE_DELETED_VAULTS") {
    azd env set AZURE_DELETED_VAULTS $vaults
    if ($LASTEXITCODE -ne 0) { exit 1 }
}

if ($vaults) { Write-Output "Deleted vaults of this environment are recovered with their secrets: $vaults" }
