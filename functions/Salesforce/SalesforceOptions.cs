using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Salesforce.Authentication;

namespace SalesforceConnector.Salesforce;

/// <summary>Settings of the default org, of more orgs, and of calls: app settings <c>Salesforce__…</c>.</summary>
public sealed class SalesforceOptions : OrgOptions
{
    public const string SectionName = "Salesforce";

    /// <summary>API version of calls whose payload names none, such as <c>v67.0</c>.</summary>
    [Required]
    public string ApiVersion { get; set; } = "v67.0";

    /// <summary>
    /// More orgs, by a name of lower-case letters and digits: <c>Salesforce__Orgs__emea__BaseUrl</c>, with the secrets
    /// <c>salesforce-emea-client-id</c> and <c>salesforce-emea-client-secret</c>.
    /// </summary>
    public Dictionary<string, OrgOptions> Orgs { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Hosts that credentials may be sent to, separated by commas; <c>*.</c> stands for any subdomain. The default is
    /// Salesforce's My Domain suffixes: public cloud, Government Cloud, Salesforce on Alibaba Cloud.
    /// </summary>
    [Required]
    public string AllowedHosts { get; set; } = "*.my.salesforce.com,*.my.salesforce.mil,*.my.sfcrmproducts.cn,*.my.sfcrmapps.cn";

    /// <summary>
    /// A name for this app, of up to 50 letters, digits, - and _, which Salesforce notes with each change that the app makes: header
    /// <c>Sforce-Call-Options: client=…</c>. Absent (the default), none. A header of a payload's own comes first.
    /// </summary>
    public string? ClientName { get; set; }

    /// <summary>Whether loopback addresses, plain http included, pass as orgs. For local development only.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>
    /// Time for a whole call with login and retries, up to the reply's first bytes: 1 s to 220 s, as Azure's load
    /// balancer gives a caller up after 230 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:03:40", ConvertValueInInvariantCulture = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(200);

    /// <summary>
    /// Time for a whole invocation, the reply's last byte included: 1 s to 59 min. Longer than <see cref="Timeout"/>, and
    /// shorter than host.json's functionTimeout, after which the Functions host ends the process and all that runs in it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:59:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan InvocationTimeout { get; set; } = TimeSpan.FromSeconds(270);

    /// <summary>Time for one attempt of a call, up to the reply's first bytes: 1 s to 220 s. SOQL itself may run for 120 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:03:40", ConvertValueInInvariantCulture = true)]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(125);

    /// <summary>Time for one attempt of a login: 1 s to 100 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:40", ConvertValueInInvariantCulture = true)]
    public TimeSpan LoginTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a reply that has begun may stand still before it is given up: 1 s to 220 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:03:40", ConvertValueInInvariantCulture = true)]
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Further attempts inside one call, for what is safe to send again: 0 to 10.</summary>
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 3;

    /// <summary>Pause before the first of those, doubling, with jitter: 1 ms to 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:30", ConvertValueInInvariantCulture = true)]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long a token is used before a new login: 1 min to 24 h. Absent (the default), until Salesforce says
    /// INVALID_SESSION_ID; a JWT-based token is in any case renewed before its own end.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan? TokenLifetime { get; set; }

    /// <summary>
    /// Whether the app's instances share an org's token through Table storage, sealed with the org's client secret or
    /// signing key, so that one login serves them all; <see langword="true"/> by default.
    /// </summary>
    public bool ShareTokens { get; set; } = true;

    /// <summary>Whether the configured orgs' tokens are fetched while the app starts; <see langword="true"/> by default.</summary>
    public bool WarmUp { get; set; } = true;

    /// <summary>How long a refused login is answered from memory, before it is tried again: 0 to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan RefusedLoginPause { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest payload, in bytes: 1 KiB to 100 MiB. Salesforce takes 50 MB in one JSON request.</summary>
    [Range(1_024, 104_857_600)]
    public int MaxPayloadBytes { get; set; } = 52_428_800;

    /// <summary>
    /// Bytes of HTTP payloads that an instance holds at once: 1 MiB to 1 GiB, at least <see cref="MaxPayloadBytes"/>. The
    /// work on a large payload takes up to four times its size, so that the default fits an instance of 2,048 MB, and one of
    /// 512 MB only if few payloads are large.
    /// </summary>
    [Range(1_048_576, 1_073_741_824)]
    public int MaxPayloadBytesAtOnce { get; set; } = 134_217_728;

    /// <summary>The options for the rules of others; <see langword="null"/> if they are invalid, which their own validation reports.</summary>
    internal static SalesforceOptions? IfValid(IOptions<SalesforceOptions> options)
    {
        try
        {
            return options.Value;
        }
        catch (OptionsValidationException)
        {
            return null;
        }
    }
}

[OptionsValidator]
internal sealed partial class SalesforceOptionsValidator : IValidateOptions<SalesforceOptions>;

/// <summary>The rules of <see cref="SalesforceOptions"/> that annotations cannot say.</summary>
internal sealed class SalesforceOptionsRules : IValidateOptions<SalesforceOptions>
{
    public ValidateOptionsResult Validate(string? name, SalesforceOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        foreach (var pattern in AllowedHosts.Split(options.AllowedHosts).Where(pattern => !AllowedHosts.IsPattern(pattern)))
        {
            result.AddError($"has {Quote.Value(pattern)}, which is no host name; allowed are names such as *.my.salesforce.com, separated by commas", "Salesforce__AllowedHosts");
        }

        if (!Parses<ApiVersion>(options.ApiVersion, out _, out var versionError))
        {
            result.AddError(versionError, "Salesforce__ApiVersion");
        }

        if (options.ClientName is { } client && !(client.Length is > 0 and <= 50 && client.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
        {
            result.AddError($"must be 1 to 50 letters, digits, - and _; got {Quote.Value(client)}", "Salesforce__ClientName");
        }

        if (options.MaxPayloadBytesAtOnce < options.MaxPayloadBytes)
        {
            result.AddError("must not be less than Salesforce__MaxPayloadBytes, or the largest payloads would never be taken", "Salesforce__MaxPayloadBytesAtOnce");
        }

        var hosts = new AllowedHosts(Options.Create(options));
        var settings = options.Orgs
            .Select(org => (Setting: $"Salesforce__Orgs__{org.Key}__BaseUrl", org.Value.BaseUrl))
            .Append((Setting: "Salesforce__BaseUrl", options.BaseUrl));
        var settingOf = new Dictionary<OrgUrl, string>();
        foreach (var (setting, baseUrl) in settings)
        {
            if (baseUrl is null)
            {
                if (setting != "Salesforce__BaseUrl")
                {
                    result.AddError("must be the base URL of the org", setting);
                }
            }
            else if (!Parses<OrgUrl>(baseUrl, out var url, out var urlError))
            {
                result.AddError(urlError, setting);
            }
            else if (!hosts.Allows(url))
            {
                result.AddError($"{hosts.Requirement}; got {Quote.Value(baseUrl)}", setting);
            }
            else if (!settingOf.TryAdd(url, setting))
            {
                result.AddError($"is the same org as {settingOf[url]}", setting);
            }
        }

        options.Validate("Salesforce__", result);
        foreach (var (org, orgOptions) in options.Orgs)
        {
            orgOptions.Validate($"Salesforce__Orgs__{org}__", result);
        }

        foreach (var org in options.Orgs.Keys.Where(org => !org.All(char.IsAsciiLetterOrDigit)))
        {
            result.AddError("must have letters and digits only in the org's name", $"Salesforce__Orgs__{org}");
        }

        return result.Build();
    }

    private static bool Parses<TValue>(string text, out TValue value, out string error)
        where TValue : IPayloadValue<TValue>
    {
        try
        {
            value = TValue.Parse(text);
            error = "";
            return true;
        }
        catch (FormatException e)
        {
            value = default!;
            error = e.Message;
            return false;
        }
    }
}
