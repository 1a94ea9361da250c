using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Operations.Metadata;

/// <summary>Checks an org, one part per call, with the token of a new login.</summary>
public sealed class OrgCheck(CredentialTrial credentials, SalesforceClient salesforce)
{
    // What Salesforce answers to calls that meet what is found.
    private const string NotFound = "NOT_FOUND";
    private const string InvalidField = "INVALID_FIELD";

    private const string NotReached = "Not looked at, as there was no login.";

    internal async Task<SalesforceReply> RunAsync(CheckPayload payload, CancellationToken cancellationToken)
    {
        var trial = await credentials.RunAsync(payload).ConfigureAwait(false);
        var secrets = Secrets(trial);
        if (trial.Token is not { } token)
        {
            var cause = trial.Problem?.ErrorCode ?? secrets.ErrorCode;
            return Reply(new CheckReply
            {
                Ok = false,
                Secrets = secrets,
                Login = trial.Problem is { } problem
                    ? RefusedLogin(trial.Flow, problem)
                    : new CheckedLoginReply { Type = trial.Flow, ErrorCode = cause, Problem = "Not tried, as a secret could not be read.", Remedy = secrets.Remedy },
                ApiVersion = new CheckedVersionReply { Version = trial.Version.ToString(), ErrorCode = cause, Problem = NotReached, Remedy = CheckRemedies.LoginFirst },
                ApiAccess = new CheckedPartReply { ErrorCode = cause, Problem = NotReached, Remedy = CheckRemedies.LoginFirst },
                Limits = new CheckedLimitsReply { ErrorCode = cause, Problem = NotReached, Remedy = CheckRemedies.LoginFirst },
                ObjectTypes =
                [
                    .. payload.ToCheck().Select(type => new CheckedObjectTypeReply
                    {
                        Name = type.Name.ToString(),
                        ErrorCode = cause,
                        Problem = NotReached,
                        Remedy = CheckRemedies.LoginFirst,
                    }),
                ],
            });
        }

        // Uses the token of this login, not a cached one.
        var visitor = payload with { BaseUrl = token.Instance, Authentication = new Authentication { Type = Authentication.Bearer, Token = token.Value } };
        var root = await AskAsync(visitor, "", RequestJson.Default.ApiRoot, cancellationToken).ConfigureAwait(false);
        var reply = new CheckReply
        {
            Ok = false,
            Secrets = secrets,
            Login = await LoginAsync(visitor, trial.Flow, root, cancellationToken).ConfigureAwait(false),
            ApiVersion = await VersionAsync(visitor, trial.Version, cancellationToken).ConfigureAwait(false),
            ApiAccess = root.ToPart(CheckRemedies.ApiAccess),
            Limits = await LimitsAsync(visitor, root.Usage, cancellationToken).ConfigureAwait(false),
            ObjectTypes = await ObjectTypesAsync(visitor, payload, cancellationToken).ConfigureAwait(false),
        };
        return Reply(reply with
        {
            Ok = reply.Secrets.Ok && reply.Login.Ok && reply.ApiVersion.Ok && reply.ApiAccess.Ok && reply.Limits.Ok && reply.ObjectTypes.All(type => type.Ok),
        });
    }

    private static SalesforceReply Reply(CheckReply reply) =>
        SalesforceReply.Merge(StreamedBody.From(JsonSerializer.SerializeToUtf8Bytes(reply, RequestJson.Default.CheckReply)), last: null);

    private static CheckedSecretsReply Secrets(CredentialTrialResult trial)
    {
        var problem = trial.Secrets.Select(secret => secret.Problem).FirstOrDefault(problem => problem is not null);
        return new CheckedSecretsReply
        {
            Ok = problem is null,
            ErrorCode = problem?.ErrorCode,
            Problem = problem?.Detail,
            Remedy = problem is null ? null : CheckRemedies.OfSecret(problem),
            Found = [.. trial.Secrets.Where(secret => secret.Problem is null).Select(secret => secret.Name)],
            Missing = [.. trial.Secrets.Where(secret => secret.Problem is not null).Select(secret => secret.Name)],
        };
    }

    private static CheckedLoginReply RefusedLogin(string flow, Problem problem) =>
        new() { Type = flow, ErrorCode = problem.ErrorCode, Problem = problem.Detail, Remedy = CheckRemedies.OfLogin(problem, flow) };

    private async Task<CheckedLoginReply> LoginAsync(CheckPayload visitor, string flow, Answer<ApiRoot> root, CancellationToken cancellationToken)
    {
        // A login that has succeeded is shown by its token. A token of somebody else's is shown by its first call.
        if (root.Problem is { } problem
            && (problem.ErrorCode == ErrorCodes.AuthenticationFailed || (flow == Authentication.Bearer && problem.Type != ProblemKind.Refused.Type)))
        {
            return RefusedLogin(flow, problem);
        }

        var userId = root.Value?.UserId;
        var login = new CheckedLoginReply { Ok = true, Type = flow, UserId = userId };
        if (userId is null)
        {
            return login;
        }

        var user = await AskAsync(visitor, $"sobjects/User/{Uri.EscapeDataString(userId)}?fields=Username", RequestJson.Default.CheckedUser, cancellationToken).ConfigureAwait(false);
        var org = await AskAsync(
            visitor, $"query?q={Uri.EscapeDataString("SELECT Id, Name, IsSandbox, OrganizationType FROM Organization")}", RequestJson.Default.CheckedOrgs, cancellationToken).ConfigureAwait(false);
        var known = org.Value?.Records is [var first, ..] ? first : null;
        return login with
        {
            Username = user.Value?.Username,
            OrganizationId = known?.Id,
            OrganizationName = known?.Name,
            OrganizationType = known?.OrganizationType,
            IsSandbox = known?.IsSandbox,
            // The login has succeeded anyway.
            Problem = (user.Problem ?? org.Problem)?.Detail,
        };
    }

    private async Task<CheckedVersionReply> VersionAsync(CheckPayload visitor, ApiVersion version, CancellationToken cancellationToken)
    {
        var known = await AskAsync(visitor, "/services/data", RequestJson.Default.IReadOnlyListKnownVersion, cancellationToken, ReplyForms.JsonArray).ConfigureAwait(false);
        var reply = new CheckedVersionReply { Version = version.ToString() };
        if (known.Value is not { } versions)
        {
            return reply with
            {
                ErrorCode = known.Problem!.ErrorCode,
                Problem = known.Problem.Detail,
                Remedy = CheckRemedies.OfCall(known.Problem, CheckRemedies.ApiAccess),
            };
        }

        var newest = versions
            .Select(one => one.Version)
            .MaxBy(one => double.TryParse(one, CultureInfo.InvariantCulture, out var number) ? number : 0);
        return versions.Any(one => $"v{one.Version}" == version.ToString())
            ? reply with { Ok = true, Newest = $"v{newest}" }
            : reply with
            {
                Newest = $"v{newest}",
                ErrorCode = NotFound,
                Problem = $"The org does not know the API version {version}.",
                Remedy = $"Set the app setting Salesforce__ApiVersion, or the payload's apiVersion, to v{newest} or an earlier version that the org lists.",
            };
    }

    private async Task<CheckedLimitsReply> LimitsAsync(CheckPayload visitor, CheckedLimitReply? usage, CancellationToken cancellationToken)
    {
        // Salesforce returns all limits to users with the permission View Setup and Configuration, and this one to everyone.
        var answer = await AskAsync(visitor, "limits", RequestJson.Default.KnownLimits, cancellationToken).ConfigureAwait(false);
        var requests = answer.Value?.DailyApiRequests?.ToReply() ?? usage;
        var reply = new CheckedLimitsReply
        {
            Ok = requests is { Remaining: > 0 },
            DailyApiRequests = requests,
            DataStorageMB = answer.Value?.DataStorageMB?.ToReply(),
            FileStorageMB = answer.Value?.FileStorageMB?.ToReply(),
        };
        return requests switch
        {
            { Remaining: > 0 } => reply,
            not null => reply with { ErrorCode = SalesforceErrors.RequestLimitExceeded, Problem = "No API requests are left.", Remedy = CheckRemedies.Limits },
            _ when answer.Problem is { } problem => reply with
            {
                ErrorCode = problem.ErrorCode,
                Problem = problem.Detail,
                Remedy = CheckRemedies.OfCall(problem, CheckRemedies.ApiAccess),
            },
            _ => reply with
            {
                ErrorCode = ErrorCodes.UnexpectedReply,
                Problem = "Salesforce does not tell how many API requests are left.",
                Remedy = CheckRemedies.LimitsNotTold,
            },
        };
    }

    private async Task<IReadOnlyList<CheckedObjectTypeReply>> ObjectTypesAsync(CheckPayload visitor, CheckPayload payload, CancellationToken cancellationToken)
    {
        List<CheckedObjectTypeReply> replies = [];
        foreach (var (name, fields) in payload.ToCheck())
        {
            var described = await AskAsync(visitor, $"sobjects/{name}/describe", RequestJson.Default.DescribedObject, cancellationToken).ConfigureAwait(false);
            replies.Add(described.Value is { } type
                ? Describe(name, type, fields)
                : new CheckedObjectTypeReply
                {
                    Name = name.ToString(),
                    ErrorCode = described.Problem?.ErrorCode,
                    Problem = described.Problem?.Detail,
                    Remedy = CheckRemedies.OfCall(described.Problem!, CheckRemedies.ObjectType),
                });
        }

        return replies;
    }

    private static CheckedObjectTypeReply Describe(SObjectName name, DescribedObject type, IReadOnlyList<FieldName> fields)
    {
        var seen = type.Fields.Select(field => field.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        string[] missing = [.. fields.Select(field => field.ToString()).Where(field => !seen.Contains(field))];
        return new CheckedObjectTypeReply
        {
            Ok = missing.Length == 0,
            Name = name.ToString(),
            Query = type.Queryable,
            Create = type.Createable,
            Update = type.Updateable,
            Delete = type.Deletable,
            MissingFields = missing,
            ErrorCode = missing.Length == 0 ? null : InvalidField,
            Problem = missing.Length == 0 ? null : $"{name} has no field {string.Join(", ", missing)}, or the user may not read it.",
            Remedy = missing.Length == 0 ? null : CheckRemedies.Fields,
        };
    }

    private async Task<Answer<TReply>> AskAsync<TReply>(
        CheckPayload visitor, string path, JsonTypeInfo<TReply> type, CancellationToken cancellationToken, ReplyForms forms = ReplyForms.JsonObject)
        where TReply : class
    {
        try
        {
            using var reply = await salesforce.SendAsync(
                visitor, new SalesforceRequest(HttpMethod.Get, path) { ReadsWhole = true, Forms = forms }, cancellationToken).ConfigureAwait(false);
            return new Answer<TReply>(JsonSerializer.Deserialize(reply.Bytes.Span, type), Problem: null)
            {
                Usage = Usage(reply.Headers.FirstOrDefault(header => header.Key == ApiUsage.Header).Value),
            };
        }
        catch (ConnectorException e) when (e.Problem.ErrorCode != ErrorCodes.Stopping)
        {
            return new Answer<TReply>(null, e.Problem);
        }
        catch (JsonException)
        {
            return new Answer<TReply>(null, Problem.Create(
                ProblemKind.NoAnswer, StatusCodes.Status502BadGateway, ErrorCodes.UnexpectedReply, $"Salesforce's reply to GET {path} has another form than documented."));
        }
    }

    private static CheckedLimitReply? Usage(string? header) =>
        header is not null && ApiUsage.Parse(header) is { } usage ? new CheckedLimitReply { Max = usage.Max, Remaining = usage.Remaining } : null;

    /// <summary>Salesforce's reply, or the error.</summary>
    private sealed record Answer<TReply>(TReply? Value, Problem? Problem)
        where TReply : class
    {
        /// <summary>The remaining daily requests, from the reply's header.</summary>
        public CheckedLimitReply? Usage { get; init; }

        public CheckedPartReply ToPart(string remedy) =>
            Problem is null ? new CheckedPartReply { Ok = true } : new CheckedPartReply { ErrorCode = Problem.ErrorCode, Problem = Problem.Detail, Remedy = CheckRemedies.OfCall(Problem, remedy) };
    }
}
