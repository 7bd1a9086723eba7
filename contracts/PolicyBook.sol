// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {History} from "./base/History.sol";
import {SignedRequests} from "./base/SignedRequests.sol";
import {IParticipantRegistry, ROLE_SELLER} from "./interfaces/IParticipantRegistry.sol";
import "./interfaces/IPolicyBook.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";

/// @notice Versioned return terms; a version never changes.
contract PolicyBook is History, SignedRequests, IPolicyBook {
    bytes32 private constant TERMS_TYPEHASH = keccak256(
        "Terms(uint32 window_s,uint32 answer_s,uint32 send_s,uint32 transit_s,uint32 inspect_s,uint32 pay_s,uint32 grace_s,uint16 restockingBasisPoints)"
    );
    bytes32 private constant PUBLISH_TYPEHASH = keccak256(
        "PublishPolicy(uint32 participant,uint32 series,uint32 version,Terms terms,bytes32 document,uint256 nonce,uint64 deadline)Terms(uint32 window_s,uint32 answer_s,uint32 send_s,uint32 transit_s,uint32 inspect_s,uint32 pay_s,uint32 grace_s,uint16 restockingBasisPoints)"
    );
    uint256 private constant FIELD_WINDOW = 0;
    uint256 private constant FIELD_RESTOCKING = 7;
    uint256 private constant BASIS_POINTS = 10_000;

    /* IMMUTABLES AND STORAGE */

    IParticipantRegistry private immutable _registry;
    mapping(bytes32 policy => mapping(uint32 version => Terms)) private _terms;
    mapping(bytes32 policy => uint32) private _latest;

    /* CONSTRUCTOR */

    constructor(IParticipantRegistry registry) EIP712("PolicyBook", "1") {
        _registry = registry;
    }

    /* PUBLISHING */

    /// @inheritdoc IPolicyBook
    function publishPolicy(PublishPolicy calldata request, Authorisation calldata authorisation) external {
        bytes32 digest = _digest(request, authorisation);
        bytes32 policy = policyId(request.participant, request.series);
        _authorise(digest, authorisation);
        _registry.requireRole(authorisation.actor, request.participant, ROLE_SELLER);
        uint32 needed = _latest[policy] + 1;
        if (request.version != needed) revert PolicyVersionWrong(policy, request.version, needed);
        if (request.terms.window_s == 0) revert PolicyTermsInvalid(FIELD_WINDOW, 0);
        if (request.terms.restockingBasisPoints > BASIS_POINTS) {
            revert PolicyTermsInvalid(FIELD_RESTOCKING, request.terms.restockingBasisPoints);
        }

        _latest[policy] = request.version;
        _terms[policy][request.version] = request.terms;
        _record(
            PolicyPublished.selector,
            policy,
            digest,
            abi.encode(
                uint64(block.timestamp),
                request.participant,
                request.series,
                request.version,
                request.terms,
                request.document
            )
        );
    }

    function _digest(PublishPolicy calldata request, Authorisation calldata authorisation)
        private
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    PUBLISH_TYPEHASH,
                    request.participant,
                    request.series,
                    request.version,
                    keccak256(abi.encode(TERMS_TYPEHASH, request.terms)),
                    request.document,
                    authorisation.nonce,
                    authorisation.deadline
                )
            )
        );
    }

    /* READING */

    /// @inheritdoc IPolicyBook
    function policyId(uint32 participant, uint32 series) public pure returns (bytes32) {
        return keccak256(abi.encode(participant, series));
    }

    /// @inheritdoc IPolicyBook
    function termsOf(bytes32 policy, uint32 version) external view returns (Terms memory) {
        if (version == 0 || version > _latest[policy]) revert PolicyUnknown(policy, version);
        return _terms[policy][version];
    }

    /// @inheritdoc IPolicyBook
    function latestVersion(bytes32 policy) external view returns (uint32) {
        return _latest[policy];
    }
}
