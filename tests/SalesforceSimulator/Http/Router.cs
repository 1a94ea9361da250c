using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using SalesforceSimulator.Endpoints;
using SalesforceSimulator.Endpoints.Automation;
using SalesforceSimulator.Endpoints.Logins;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Http;

/// <summary>Routes requests, and checks session, version and request limit.</summary>
internal sealed partial class Router(Org org, OAuth oauth)
{
    private const int OldestVersion = 7;
    private const int OldestSupportedVersion = 31;
    private const int NewestVersion = 68;

    /// <summary>Handles a request. An error becomes a reply.</summary>
    /// <param name="served">Whether a resource exists for the path and method.</param>
    public Reply Route(IncomingRequest request, out bool served)
    {
        served = true;
        try
        {
            org.Bulk.Advance();
            switch (request.Method, request.Segments)
            {
                case ("POST", ["services", "oauth2", "token"]):
                    return oauth.Token(request);
                case ("POST", ["services", "oauth2", "revoke"]):
                    return oauth.Revoke(request);
                case ("GET", ["services", "oauth2", "userinfo"]):
                    return oauth.UserInfo(request);
                case ("GET", ["id", var orgId, var userId]):
                    return oauth.Identity(request, orgId, userId);
                case ("GET", ["services", "data"]):
                    return Versions.List(OldestSupportedVersion, NewestVersion);
                case (_, ["services", "data", var version, .. var resource]):
                    return CallApi(request, version, resource, out served);
                case (_, ["services", "apexrest", .. var path]):
                    return CallApex(request, path);
                default:
                    served = false;
                    throw Errors.NotFound();
            }
        }
        catch (ApiException exception)
        {
            return Reply.Error(exception, version: "");
        }
        catch (NotKnownException exception)
        {
            served = true;
            return Reply.NotKnown(exception);
        }
    }

    /// <summary>Handles one request of a composite or batch call, in that call's session and within its request limit.</summary>
    /// <param name="url">The path from <c>/services/data</c> on, with the query.</param>
    public static Reply RouteInner(
        ApiCall outer, string method, string url, IHeaderDictionary headers, ReadOnlyMemory<byte> body, bool isInComposite)
    {
        var split = url.Split('?', 2);
        string[] segments = [.. split[0].Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
        try
        {
            if (segments is not ["services", "data", var version, .. var resource])
            {
                throw Errors.NotFound();
            }

            CheckVersion(version);
            return ResourceTable.Dispatch(
                new ApiCall
                {
                    Org = outer.Org,
                    Session = outer.Session,
                    Method = method,
                    Version = version,
                    IsInComposite = isInComposite,
                    Segments = WithoutFormat(resource, version),
                    Query = QueryHelpers.ParseQuery(split.ElementAtOrDefault(1)),
                    Headers = headers,
                    Body = body,
                },
                out _);
        }
        catch (ApiException exception)
        {
            return Reply.Error(exception, outer.Version);
        }
    }

    private Reply CallApi(IncomingRequest request, string version, string[] resource, out bool served)
    {
        served = true;
        var session = FindSession(request);
        CheckVersion(version);
        var call = new ApiCall
        {
            Org = org,
            Session = session,
            Method = request.Method,
            Version = version,
            Segments = WithoutFormat(resource, version),
            Query = QueryHelpers.ParseQuery(request.Query),
            Headers = request.Headers,
            Body = request.Body,
            Multipart = request.Multipart,
            Csv = request.Csv,
        };
        var reply = org.TryCountCall()
            ? ResourceTable.Dispatch(call, out served)
            : Reply.Error(Errors.RequestLimitExceeded(), version);
        return reply.WithHeader("Sforce-Limit-Info", $"api-usage={org.Calls}/{org.DailyLimit}");
    }

    private Reply CallApex(IncomingRequest request, string[] path)
    {
        FindSession(request);
        var reply = org.TryCountCall()
            ? ApexRest.Dispatch(new ApexCall(org, request.Method, path, QueryHelpers.ParseQuery(request.Query), request.Headers, request.Body))
            : Reply.Error(Errors.RequestLimitExceeded(), version: "");
        return reply.WithHeader("Sforce-Limit-Info", $"api-usage={org.Calls}/{org.DailyLimit}");
    }

    private Session FindSession(IncomingRequest request) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
        && header is { Scheme: "Bearer" or "OAuth", Parameter: { } token }
        && org.FindSession(token) is { } session
            ? session
            : throw Errors.InvalidSession();

    private static void CheckVersion(string version)
    {
        var match = VersionShape().Match(version);
        var number = match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
        switch (number)
        {
            case >= OldestSupportedVersion and <= NewestVersion:
                return;
            case >= OldestVersion and < OldestSupportedVersion:
                throw Errors.RetiredVersion();
            default:
                throw Errors.NotFound();
        }
    }

    /// <summary>Removes the format extension that a path can have up to v57.0.</summary>
    private static string[] WithoutFormat(string[] resource, string version)
    {
        if (resource is not [.., var last] || Versions.NumberOf(version) >= Versions.FirstWithoutFormats)
        {
            return resource;
        }

        // That it is case-insensitive is an assumption.
        return last switch
        {
            _ when last.EndsWith(".json", StringComparison.OrdinalIgnoreCase) => [.. resource[..^1], last[..^".json".Length]],
            _ when last.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) => throw new NotKnownException("replies in XML, which the end of the path asks for"),
            _ => resource,
        };
    }

    [GeneratedRegex(@"^v(\d{1,3})\.0$", RegexOptions.CultureInvariant)]
    private static partial Regex VersionShape();
}
