using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using SalesforceSimulator.Data;
using SalesforceSimulator.Http;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Endpoints.Logins;

/// <summary>The login endpoints: issues tokens by client credentials and by JWT bearer, revokes them, and describes their user.</summary>
internal sealed class OAuth(Org org, Func<string> instanceUrl)
{
    private const string JwtBearerGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    private readonly JwtBearer _jwtBearer = new(org, instanceUrl);

    /// <summary>POST services/oauth2/token.</summary>
    public Reply Token(IncomingRequest request)
    {
        var form = ReadForm(request);
        return form.GetValueOrDefault("grant_type").ToString() switch
        {
            "client_credentials" => ByClientCredentials(request, form),
            JwtBearerGrant => _jwtBearer.Refuse(form.GetValueOrDefault("assertion").ToString()) is var (error, description)
                ? Refuse(error, description)
                : Grant(signed: false),
            _ => Refuse("unsupported_grant_type", "grant type not supported"),
        };
    }

    /// <summary>POST services/oauth2/revoke.</summary>
    public Reply Revoke(IncomingRequest request) =>
        org.Revoke(ReadForm(request).GetValueOrDefault("token").ToString())
            ? new Reply(200)
            : Refuse("unsupported_token_type", "this token type is not supported");

    /// <summary>GET id/{org}/{user}, with the token in the header or, as jsforce does, in <c>oauth_token</c>.</summary>
    public Reply Identity(IncomingRequest request, string orgId, string userId)
    {
        var user = FindUser(request);
        if (orgId != Org.Id || userId != user.Id)
        {
            throw BadToken();
        }

        return Reply.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", IdentityUrl());
            writer.WriteBoolean("asserted_user", true);
            writer.WriteString("user_id", user.Id);
            writer.WriteString("organization_id", Org.Id);
            writer.WriteString("username", user["Username"] as string);
            writer.WriteString("display_name", user["Name"] as string);
            writer.WriteString("email", user["Email"] as string);
            writer.WriteEndObject();
        });
    }

    /// <summary>GET services/oauth2/userinfo, the same by OpenID Connect.</summary>
    /// <remarks>Salesforce Help, "Query for User Information". Of the members, those whose values the org has.</remarks>
    public Reply UserInfo(IncomingRequest request)
    {
        var user = FindUser(request);
        return Reply.Json(200, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("sub", IdentityUrl());
            writer.WriteString("user_id", user.Id);
            writer.WriteString("organization_id", Org.Id);
            writer.WriteString("preferred_username", user["Username"] as string);
            writer.WriteString("name", user["Name"] as string);
            writer.WriteString("email", user["Email"] as string);
            writer.WriteString("given_name", user["FirstName"] as string);
            writer.WriteString("family_name", user["LastName"] as string);
            writer.WriteEndObject();
        });
    }

    private Record FindUser(IncomingRequest request)
    {
        var token = QueryHelpers.ParseQuery(request.Query).GetValueOrDefault("oauth_token").ToString();
        if (token.Length == 0 && AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header))
        {
            token = header.Parameter ?? "";
        }

        return org.FindSession(token) is not null && org.Store.Find(Org.UserId) is { } user ? user : throw BadToken();
    }

    // Salesforce rejects an invalid token here in plain text. An error array is an assumption; clients can read it too.
    private static ApiException BadToken() => new(403, new ApiError("INVALID_AUTH", "Bad_OAuth_Token"));

    private Reply ByClientCredentials(IncomingRequest request, Dictionary<string, StringValues> form)
    {
        var (clientId, clientSecret) = Credentials(request, form);
        if (clientId != org.ClientId)
        {
            return Refuse("invalid_client_id", "client identifier invalid");
        }

        if (org.ClientSecret is null)
        {
            return Refuse("invalid_grant", "no client credentials user enabled");
        }

        // The status of this one is an assumption; its words are not.
        return clientSecret == org.ClientSecret ? Grant(signed: true) : Refuse("invalid_client", "invalid client credentials");
    }

    /// <param name="signed">With what a client that has the secret can verify the reply by.</param>
    private Reply Grant(bool signed)
    {
        // After the client's own credentials, whatever they are. That order is an assumption.
        switch (org.LoginState)
        {
            case LoginState.AppNotInstalled:
                return Refuse("app_not_found", "External client app is not installed in this org");
            case LoginState.UserInactive:
                return Refuse("inactive_user", "user is inactive");
            case LoginState.OrgInactive:
                return Refuse("inactive_org", "organization is locked, closed, or suspended");
            case LoginState.Restricted:
                return Refuse("invalid_grant", "ip restricted or invalid login hours");
        }

        var session = org.Login();
        var id = IdentityUrl();
        var issuedAt = org.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Reply.Json(200, writer =>
        {
            // As with Salesforce: no expires_in, and the time is text.
            writer.WriteStartObject();
            writer.WriteString("access_token", session.Token);
            if (signed)
            {
                writer.WriteString("signature", Sign(id + issuedAt));
            }

            writer.WriteString("scope", "api");
            writer.WriteString("instance_url", instanceUrl());
            writer.WriteString("id", id);
            writer.WriteString("token_type", "Bearer");
            if (signed)
            {
                writer.WriteString("issued_at", issuedAt);
            }

            writer.WriteEndObject();
        }).WithHeader("Cache-Control", "no-cache,must-revalidate,max-age=0,no-store,private");
    }

    private string IdentityUrl() => $"{instanceUrl()}/id/{Org.Id}/{Org.UserId}";

    private static Dictionary<string, StringValues> ReadForm(IncomingRequest request) =>
        request.Headers.ContentType.ToString().StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
            ? QueryHelpers.ParseQuery(Encoding.UTF8.GetString(request.Body.Span))
            : [];

    private static (string ClientId, string ClientSecret) Credentials(IncomingRequest request, Dictionary<string, StringValues> form)
    {
        if (AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
            && header is { Scheme: "Basic", Parameter: { } basic })
        {
            var buffer = new byte[basic.Length];
            var pair = Convert.TryFromBase64String(basic, buffer, out var length) ? Encoding.UTF8.GetString(buffer, 0, length) : "";
            return pair.Split(':', 2) is [var id, var secret] ? (id, secret) : ("", "");
        }

        return (form.GetValueOrDefault("client_id").ToString(), form.GetValueOrDefault("client_secret").ToString());
    }

    private static Reply Refuse(string error, string description) => Reply.Json(400, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("error", error);
        writer.WriteString("error_description", description);
        writer.WriteEndObject();
    });

    private string Sign(string text) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(org.ClientSecret!), Encoding.UTF8.GetBytes(text)));
}
